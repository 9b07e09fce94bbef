// Feeds result files to the converters behind SAF CLI and Heimdall, and prints what they make of them as JSON,
// one line a file. Usage: node heimdall.mjs FOLDER-WITH-node_modules FILE…
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

const [folder, ...files] = process.argv.slice(2)
// The converters may stand beside SAF CLI or inside of it.
const saf = createRequire(createRequire(`${folder}/`).resolve('@mitre/saf/package.json'))
const { fingerprint, ChecklistResults, XCCDFResultsMapper, NessusResults } = saf('@mitre/hdf-converters')

const kinds = { checklist: ChecklistResults, xccdf: XCCDFResultsMapper, nessus: NessusResults }

console.log = console.warn = console.error = () => {}
const control = c => ({
  id: c?.id ?? null,
  impact: c?.impact ?? null,
  results: (c?.results ?? []).map(r => ({ status: r?.status ?? null, code_desc: r?.code_desc ?? null, message: r?.message ?? null })),
})
for (const file of files) {
  const data = readFileSync(file, 'utf8')
  const kind = fingerprint({ data, filename: basename(file) })
  const answer = { file, kind }
  try {
    if (!kinds[kind]) throw new Error(`no converter for '${kind}'`)
    const hdf = new kinds[kind](data).toHdf()
    const list = Array.isArray(hdf) ? hdf : [hdf]
    answer.controls = list.flatMap(h => h.profiles.filter(p => !p.depends?.length).flatMap(p => p.controls.map(control)))
  } catch (error) {
    answer.error = String(error?.message ?? error)
  }
  process.stdout.write(JSON.stringify(answer) + '\n')
}
