// Says of each file whether STIG Manager's parser refuses it, and what it makes of it if not, as JSON, one line a
// file. Usage: node stig-manager-verdict.mjs FOLDER-WITH-node_modules FILE…
import { files, parsed } from './stig-manager-parser.mjs'

for (const file of files) {
  const answer = { file }
  try {
    const { target, checklists } = parsed(file, 'saved')
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
