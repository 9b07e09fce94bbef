// Says of each file whether STIG Manager's parser refuses it, and what it makes of it if not, as JSON, one line a
// file. Usage: node stig-manager-verdict.mjs FOLDER-WITH-node_modules FILE…
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const [folder, ...files] = process.argv.slice(2)
const require = createRequire(`${folder}/`)
const parsers = await import(pathToFileURL(require.resolve('@nuwcdivnpt/stig-manager-client-modules')))

// A collection as STIG Manager sets it up by default.
const importOptions = {
  autoStatus: { pass: 'saved', fail: 'saved', notapplicable: 'saved' },
  unreviewed: 'commented',
  unreviewedCommented: 'informational',
  emptyDetail: 'replace',
  emptyComment: 'ignore',
  allowCustom: true,
}
const fieldSettings = {
  detail: { enabled: 'always', required: 'always' },
  comment: { enabled: 'findings', required: 'findings' },
}
const byExtension = { ckl: parsers.reviewsFromCkl, cklb: parsers.reviewsFromCklb, xml: parsers.reviewsFromXccdf }
for (const file of files) {
  const parse = byExtension[file.split('.').pop()]
  const answer = { file }
  try {
    if (!parse) throw new Error('no parser for this extension')
    const data = readFileSync(file, 'utf8')
    const { target, checklists } = parse({
      data, fieldSettings, importOptions, allowAccept: true, scapBenchmarkMap: new Map(), sourceRef: file,
    })
    answer.target = target
    answer.checklists = checklists.map(c => ({
      benchmarkId: c.benchmarkId,
      revisionStr: c.revisionStr,
      reviews: c.reviews.map(r => ({ ruleId: r.ruleId, result: r.result, detail: r.detail, comment: r.comment })),
    }))
  } catch (error) {
    answer.error = String(error?.message ?? error)
  }
  console.log(JSON.stringify(answer))
}
