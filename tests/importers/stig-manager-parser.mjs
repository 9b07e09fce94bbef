// The parser that STIG Manager's web interface and watcher use, set up by the command line of the scripts beside this
// file: FOLDER-WITH-node_modules FILE…
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const [folder, ...named] = process.argv.slice(2)
const require = createRequire(`${folder}/`)
const parsers = await import(pathToFileURL(require.resolve('@nuwcdivnpt/stig-manager-client-modules')))
const byExtension = { ckl: parsers.reviewsFromCkl, cklb: parsers.reviewsFromCklb, xml: parsers.reviewsFromXccdf }

// A collection as STIG Manager sets it up by default.
const fieldSettings = {
  detail: { enabled: 'always', required: 'always' },
  comment: { enabled: 'findings', required: 'findings' },
}
const importOptions = {
  unreviewed: 'commented',
  unreviewedCommented: 'informational',
  emptyDetail: 'replace',
  emptyComment: 'ignore',
  allowCustom: true,
}

// The files that were named.
export const files = named

// What the parser makes of a file, in a collection that gives reviews this status. Throws where it refuses the file.
export function parsed(file, status) {
  const parse = byExtension[file.split('.').pop()]
  if (!parse) throw new Error('no parser for this extension')
  const data = readFileSync(file, 'utf8')
  const autoStatus = { pass: status, fail: status, notapplicable: status }
  return parse({
    data,
    fieldSettings,
    importOptions: { autoStatus, ...importOptions },
    allowAccept: true,
    scapBenchmarkMap: new Map(),
    sourceRef: file,
  })
}
