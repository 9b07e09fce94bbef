// Feeds result files to the parser that STIG Manager's web interface and watcher use, and prints what
// it makes of them as JSON. Usage: node stig-manager.mjs FOLDER-WITH-node_modules FILE…
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const [folder, ...files] = process.argv.slice(2)
const require = createRequire(`${folder}/`)
const parsers = await import(pathToFileURL(require.resolve('@nuwcdivnpt/stig-manager-client-modules')))

// A collection as STIG Manager sets it up, but for one thing: rules that nobody reviewed are kept
// when they come with a text.
const importOptions = {
  autoStatus: { pass: 'submitted', fail: 'submitted', notapplicable: 'submitted' },
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

const out = files.map(file => {
  const parse = file.endsWith('.ckl') ? parsers.reviewsFromCkl
    : file.endsWith('.cklb') ? parsers.reviewsFromCklb
    : parsers.reviewsFromXccdf
  const data = readFileSync(file, 'utf8')
  const options = { data, fieldSettings, importOptions, allowAccept: true, scapBenchmarkMap: new Map(), sourceRef: file }
  const { target, checklists, errors } = parse(options)
  return { file, target, checklists, errors }
})
console.log(JSON.stringify(out))
