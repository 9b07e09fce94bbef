// Runs commands of the SAF CLI, one after the other in one process, and reads our own HDF with the parser
// that Heimdall has. Usage: node heimdall.cjs FOLDER-WITH-node_modules COMMAND INPUT OUTPUT ...
// The command `parse` is inspecjs: it throws where a field is missing or of another type.
const { createRequire } = require('node:module')
const { dirname, join } = require('node:path')
const { readFileSync, existsSync } = require('node:fs')

const [folder, ...jobs] = process.argv.slice(2)
const from = createRequire(join(folder, '/'))
const saf = dirname(from.resolve('@mitre/saf/package.json'))
const oclif = createRequire(join(saf, '/'))('@oclif/core')

const main = async () => {
  const out = []
  for (let i = 0; i < jobs.length; i += 3) {
    const [command, input, output] = jobs.slice(i, i + 3)
    if (command === 'parse') {
      const { contextualizeEvaluation, convertFile } = from('inspecjs')
      const context = contextualizeEvaluation(convertFile(readFileSync(input, 'utf8'), true)['1_0_ExecJson'])
      out.push(context.contains[0].contains.map(c => ({
        id: c.data.id, status: c.hdf.status, severity: c.hdf.severity, nist: c.hdf.rawNistTags,
      })))
    } else {
      await oclif.run([`convert:${command}`, '-i', input, '-o', output], saf)
      if (!existsSync(output)) throw new Error(`${command} wrote nothing for ${input}`)
    }
  }
  console.log(`\n${JSON.stringify(out)}`)
}
main().catch(error => {
  console.error(error)
  process.exit(1)
})
