// Looks at the report as a person does, in Chromium. Usage: node page.mjs FOLDER-WITH-node_modules PART FILE
// The parts are the functions below; each throws where the page does not do what it should.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [folder, part, file] = process.argv.slice(2)
const require = createRequire(join(folder, '/'))
const puppeteer = require('puppeteer-core')
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')
const address = pathToFileURL(file).href

const browser = await puppeteer.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb'],
})

// A page that must neither ask for anything nor complain nor ask the user something.
const open = async ({ hash = '', script = true, width = 1280, height = 900, scheme = 'light', audited = false } = {}) => {
  const page = await browser.newPage()
  const wrong = []
  page.on('console', message => wrong.push(`console: ${message.text()}`))
  page.on('pageerror', error => wrong.push(`error: ${error.message}`))
  page.on('dialog', dialog => {
    wrong.push(`dialog: ${dialog.message()}`)
    dialog.dismiss()
  })
  page.on('request', request => {
    if (request.url().split('#')[0] !== address) wrong.push(`request: ${request.url()}`)
  })
  if (audited) await page.setBypassCSP(true)
  await page.setJavaScriptEnabled(script)
  await page.setViewport({ width, height })
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
  await page.goto(address + hash)
  page.settled = async () => {
    await new Promise(resolve => setTimeout(resolve, 60))
    assert.deepEqual(wrong, [])
  }
  await page.settled()
  return page
}
const shown = page => page.$$eval('.rule:not([hidden])', rules => rules.map(r => r.querySelector('.ids b').textContent))
const says = page => page.$eval('#shown', output => output.textContent)
// What was typed or clicked is taken into account a moment later.
const after = page => page.evaluate(() => new Promise(resolve => setTimeout(resolve, 250)))

const parts = {
  // Filters, search, deep links, keys.
  async use() {
    const page = await open()
    const all = await shown(page)
    assert.equal(all.length, 101)
    const kinds = await page.$$eval('.rule', rules => rules.map(r => [r.dataset.result, r.dataset.severity]))
    const rank = { fail: 0, undecided: 1, pass: 2, none: 3 }
    const cat = { high: 0, medium: 1, low: 2 }
    const order = kinds.map(([result, severity]) => rank[result] * 3 + cat[severity])
    assert.deepEqual(order, [...order].sort((a, b) => a - b), 'what is open comes first, by CAT')

    const click = async selector => {
      await page.click(selector)
      await after(page)
    }
    await click('input[name=result][value=pass]')
    assert.equal((await shown(page)).length, kinds.filter(([result]) => result !== 'pass').length)
    assert.equal(await page.$eval('#list-pass', h => h.closest('section').hidden), true)
    await click('input[name=severity][value=high]')
    const left = kinds.filter(([result, severity]) => result !== 'pass' && severity !== 'high').length
    assert.equal((await shown(page)).length, left)
    assert.equal(await says(page), `${left} of 101 rules shown`)
    await click('button[type=reset]')
    assert.equal((await shown(page)).length, 101)

    const find = async words => {
      await page.$eval('input[name=search]', input => { input.value = '' })
      await page.type('input[name=search]', words)
      await after(page)
      return shown(page)
    }
    for (const name of ['DKER-EE-001070', 'dker-ee-001070', 'V-235777', 'SV-235777r960762_rule']) {
      assert.deepEqual(await find(name), ['DKER-EE-001070'], name)
    }
    assert.deepEqual(await find('SV-104697'), ['DKER-EE-001070'], 'an older id')
    const cci = await find('CCI-000054')
    assert.ok(cci.includes('DKER-EE-001000') && cci.length < 20, `${cci}`)
    const evidence = await find('shop-db worker-2')
    assert.ok(evidence.includes('DKER-EE-002030') && evidence.length < 101, `${evidence}`)
    assert.deepEqual(await find('nothing has these words'), [])
    assert.equal(await says(page), '0 of 101 rules shown')
    await click('button[type=reset]')

    await click('button[name=all]')
    assert.equal(await page.$$eval('.rule > details[open]', open => open.length), 101)
    await click('button[name=all]')
    assert.equal(await page.$$eval('.rule > details[open]', open => open.length), 0)

    // One node: the rules that saw something there, and of them the rows of that node.
    const node = await page.$$eval('select[name=node] option', options => options.map(o => o.value).filter(Boolean))
    assert.ok(node.includes('worker-2') && node.length >= 3, `${node}`)
    await page.select('select[name=node]', 'worker-2')
    await after(page)
    const there = await shown(page)
    assert.ok(there.includes('DKER-EE-002030') && there.length < 101, `${there}`)
    const rows = await page.$$eval('.rule:not([hidden]) tr[data-node]:not([hidden])', rows => rows.map(row => row.dataset.node))
    assert.deepEqual([...new Set(rows)], ['worker-2'])
    await click('button[type=reset]')
    assert.equal(await page.$$eval('tr[hidden]', rows => rows.length), 0)
    assert.equal((await shown(page)).length, 101)

    // Keys alone: the first stop leads past everything, and the results are reached and opened.
    await page.reload()
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate(() => document.activeElement.className), 'skip')
    await page.keyboard.press('Enter')
    assert.equal(await page.evaluate(() => document.activeElement.id), 'results')
    await page.keyboard.press('Tab')
    const focus = () => page.evaluate(() => document.activeElement.closest('.rule')?.id)
    const first = await page.$eval('.rule', rule => rule.id)
    assert.equal(await focus(), first)
    const isOpen = () => page.evaluate(() => document.activeElement.parentElement.open)
    for (const [key, expected] of [['Enter', true], ['Space', false], ['Space', true]]) {
      await page.keyboard.press(key)
      assert.equal(await isOpen(), expected, key)
    }
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    assert.notEqual(await focus(), first)
    // Every stop is in sight, and they follow the order of the page.
    await page.evaluate(() => { document.activeElement.blur(); scrollTo(0, 0) })
    const stops = []
    for (let i = 0; i < 40; i += 1) {
      await page.keyboard.press('Tab')
      stops.push(await page.evaluate(() => {
        const it = document.activeElement
        const box = it.getBoundingClientRect()
        const order = [...document.querySelectorAll('a, input, button, summary, select, [tabindex]')].indexOf(it)
        return { order, seen: it.className === 'skip' || (box.bottom > 0 && box.top < innerHeight), what: it.outerHTML.slice(0, 80) }
      }))
    }
    assert.deepEqual(stops.filter(s => !s.seen), [])
    assert.ok(stops.every((s, i) => i === 0 || s.order > stops[i - 1].order || stops[i - 1].order < 0), JSON.stringify(stops))
    await page.settled()

    // Links, by any name, from outside and within, also to a rule that the filter hides.
    for (const name of ['V-235776', 'SV-235776', 'SV-235776r960759_rule', 'DKER-EE-001050', 'dker-ee-001050']) {
      const linked = await open({ hash: `#${name}` })
      // The page goes there when it has loaded; whether it does is asked below.
      const is_there = () => document.querySelector('#V-235776').contains(document.activeElement)
      await linked.waitForFunction(is_there, { timeout: 10_000 }).catch(() => {})
      const at = await linked.$eval('#V-235776', rule => ({
        open: rule.querySelector('details').open, top: rule.getBoundingClientRect().top, focused: rule.contains(document.activeElement),
      }))
      assert.ok(at.open && at.focused && at.top >= 0 && at.top < 300, `${name}: ${JSON.stringify(at)}`)
      await linked.settled()
      await linked.close()
    }
    await find('nothing has these words')
    await page.evaluate(() => { location.hash = '#DKER-EE-001050' })
    await after(page)
    assert.equal(await page.$eval('#V-235776', rule => rule.hidden || !rule.querySelector('details').open), false)
    assert.equal((await shown(page)).length, 101)
    for (const odd of ['#%E0%A4%A', '#nothing', '#"><img src=x>']) {
      const linked = await open({ hash: odd })
      await linked.settled()
      await linked.close()
    }
  },

  // WCAG 2.2 AA by axe-core, and no scrolling from side to side.
  async read() {
    await parts.narrow([[1280, 900], [390, 844], [320, 640]])
  },

  // The same on a phone alone.
  async narrow(sizes = [[390, 844]]) {
    for (const [width, height] of sizes) {
      for (const scheme of ['light', 'dark']) {
        const page = await open({ width, height, scheme, audited: true })
        if (sizes.length > 1) assert.ok(await page.$('.over-time svg'), 'the earlier run is shown')
        await page.evaluate(() => {
          document.querySelectorAll('.rule').forEach((rule, i) => { rule.querySelector('details').open = i < 12 || i % 25 === 0 })
          document.querySelectorAll('details.more').forEach(more => { more.open = true })
        })
        const wide = await page.evaluate(() => ({ page: document.documentElement.scrollWidth, window: innerWidth }))
        assert.ok(wide.page <= wide.window, `${width}: ${JSON.stringify(wide)}`)
        if (width === 320) continue
        await page.evaluate(axe)
        const found = await page.evaluate(() => axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }))
        const violations = found.violations.map(v => [v.id, v.nodes.length, v.nodes[0].html.slice(0, 200), v.nodes[0].failureSummary])
        assert.deepEqual(violations, [], `${width} ${scheme}`)
        await page.settled()
        await page.close()
      }
    }
  },

  // Without the script all is there, and nothing in the evidence is more than text.
  async plain() {
    for (const script of [true, false]) {
      const page = await open({ script })
      const all = await page.$$eval('.rule', rules => rules.length)
      assert.equal(all, 101)
      assert.equal(await page.$eval('form.filter', form => form.hidden), !script)
      // Of all elements, only those that the page is made of.
      const strange = await page.$$eval('*', all => all.map(e => e.localName).filter(n => ['img', 'iframe', 'object', 'embed', 'link', 'base', 'b:b'].includes(n)))
      assert.deepEqual(strange, [])
      assert.equal(await page.$$eval('script', all => all.length), 1)
      const text = await page.$eval('#results', results => results.textContent)
      for (const part of ['</script><script>alert(1)</script>', '<img src=x onerror=alert(1)>', ']]> &amp;lt; &lt;b&gt;', '[U+202E]gpj.exe', 'CAP_7999 of many']) {
        assert.ok(text.includes(part), `${part} is not to be read`)
      }
      // A closed rule opens by itself, as browsers do it.
      await page.click('.rule summary')
      assert.equal(await page.$eval('.rule details', details => details.open), true)
      await page.settled()
      await page.close()
    }
  },

  // Prints it with its script, which opens everything, and without, where the style sheet has to.
  async print() {
    const printed = {}
    for (const kind of ['with', 'without']) {
      const page = await open({ script: kind === 'with' })
      printed[kind] = `${file}.${kind}.pdf`
      await page.pdf({ path: printed[kind], preferCSSPageSize: true, printBackground: true })
      if (kind === 'with') assert.equal(await page.$$eval('details[open]', open => open.length), 0, 'closed again')
      await page.close()
    }
    return printed
  },

  // Times in milliseconds, on a report with very many observations.
  async quick() {
    const begin = Date.now()
    const page = await open()
    const took = { load: Date.now() - begin }
    await page.evaluate(() => {
      const painted = () => new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve, 0)))
      window.timed = async what => {
        const start = performance.now()
        what()
        await painted()
        return Math.round(performance.now() - start)
      }
      window.look = words => {
        document.querySelector('input[name=search]').value = words
        document.querySelector('form.filter').requestSubmit()
      }
    })
    took.filter = await page.evaluate(() => timed(() => {
      document.querySelector('input[value=pass]').click()
      look('')
    }))
    took.search = await page.evaluate(() => timed(() => look('offender-4321')))
    assert.equal((await shown(page)).length, 1)
    took.again = await page.evaluate(() => timed(() => look('offender')))
    took.open = await page.evaluate(() => timed(() => { document.querySelector('.rule:not([hidden]) details').open = true }))
    took.end = await page.evaluate(() => timed(() => [...document.querySelectorAll('.rule:not([hidden]) tbody')].at(-1).lastElementChild.scrollIntoView()))
    if (await page.$('select[name=node]')) {
      took.node = await page.evaluate(() => timed(() => {
        document.querySelector('select[name=node]').selectedIndex = 1
        look('')
      }))
    }
    took.rows = await page.evaluate(() => document.querySelectorAll('.rule tbody tr').length)
    await page.settled()
    return took
  },
}

try {
  const said = await parts[part]()
  console.log(`\n${JSON.stringify(said ?? {})}`)
} catch (error) {
  console.error(error)
  process.exitCode = 1
} finally {
  await browser.close()
}
