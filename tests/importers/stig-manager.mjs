// Feeds result files to the parser that STIG Manager's web interface and watcher use, and prints what
// it makes of them as JSON. Usage: node stig-manager.mjs FOLDER-WITH-node_modules FILE…
import { files, parsed } from './stig-manager-parser.mjs'

const out = files.map(file => {
  const { target, checklists, errors } = parsed(file, 'submitted')
  return { file, target, checklists, errors }
})
console.log(JSON.stringify(out))
