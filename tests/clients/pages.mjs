// Opens pages in a real browser: node pages.mjs FOLDER of .html, .pdf (A4) and letter/*.pdf, with .json beside them.
// Reads them as people do: on a phone and a desktop, by day and by night, with a screen reader's rules, and on paper.
import { execFileSync } from "node:child_process"
import { readFileSync, readdirSync } from "node:fs"
import { createRequire } from "node:module"
import { basename, join, resolve } from "node:path"
import { pathToFileURL } from "node:url"

const [folder, modules, browserPath] = process.argv.slice(2)
const require = createRequire(pathToFileURL(resolve(modules, "package.json")))
const puppeteer = require("puppeteer-core")
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8")

const wrong = []
const expect = (holds, told) => { if (!holds) wrong.push(told) }
const run = (program, ...args) => execFileSync(program, args, { encoding: "utf8", maxBuffer: 1 << 28 })
const squeezed = text => text.normalize("NFC").replace(/[\s\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, "")
const names = readdirSync(folder).filter(name => name.endsWith(".json")).map(name => name.replace(/json$/, "html"))

const browser = await puppeteer.launch({
  executablePath: browserPath,
  args: [...(process.getuid() === 0 ? ["--no-sandbox"] : []), "--disable-gpu", "--disable-quic"],
})

async function open(path, width, dark) {
  const page = await browser.newPage()
  const asked = []
  await page.setRequestInterception(true)
  page.on("request", request => {
    const url = request.url()
    if (url.startsWith("file:") && request.isNavigationRequest() || url.startsWith("data:")) return request.continue()
    asked.push(url)
    request.abort()
  })
  page.on("dialog", dialog => { asked.push(`dialog ${dialog.message()}`); dialog.dismiss() })
  await page.setViewport({ width, height: 900 })
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }])
  await page.goto(pathToFileURL(resolve(path)).href, { waitUntil: "load" })
  return { page, asked }
}

// On a screen: nothing is fetched, nothing runs off the side, axe is content, and names stand as typed.
async function onScreen(name, plan) {
  for (const width of [1280, 390]) {
    for (const dark of [false, true]) {
      const where = `${name} at ${width} px ${dark ? "dark" : "light"}`
      const { page, asked } = await open(join(folder, name), width, dark)
      expect(asked.length === 0, `${where}: leaves the page for ${asked}`)
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      expect(over <= 0, `${where}: runs ${over} px off the side`)
      // The longest page is the same page many times over, and axe takes its time over each: once is enough.
      if (plan.weeks.length <= 60 || width === 390 && dark) {
        await page.evaluate(axe)
        const found = await page.evaluate(() => axe.run(document, {
          resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        }))
        for (const { id, nodes } of found.violations) wrong.push(`${where}: axe ${id}: ${nodes[0].html.slice(0, 160)} (${nodes.length} times)`)
      }
      if (width === 1280 && !dark) {
        const text = squeezed(await page.evaluate(() => document.body.textContent))
        const typed = [plan.title, plan.runner.name, plan.coach?.name, ...plan.races.map(race => race.name)]
        typed.push(...plan.weeks.flatMap(week => week.days.map(day => day.life)))
        for (const words of typed.filter(Boolean)) expect(text.includes(squeezed(words)), `${where}: does not say ${words}`)
        const lang = await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir])
        expect(lang[0] === (plan.language ?? "en"), `${where}: speaks ${lang[0]}`)
        expect((lang[1] === "rtl") === (plan.language === "ar"), `${where}: runs ${lang[1]}`)
      }
      await page.close()
    }
  }
}

// As laid out for paper: no box holds more than it shows, and none stands outside the sheet.
async function laidOut(name) {
  for (const [paper, width] of [["a4", 184], ["letter", 189]]) {
    const { page } = await open(join(folder, name), Math.round(width / 25.4 * 96), false)
    await page.emulateMediaType("print")
    const clipped = await page.evaluate(() => {
      const wide = document.documentElement.clientWidth
      const seen = element => !element.closest(".vh, svg, .vh-row, .parts") && element.getClientRects().length
      return [...document.body.querySelectorAll("*")].filter(seen).filter(element => {
        const box = element.getBoundingClientRect()
        const hides = getComputedStyle(element).overflow !== "visible"
        return box.right > wide + 1.5 || box.left < -1.5 || hides && (element.scrollWidth > element.clientWidth + 1)
      }).slice(0, 3).map(element => element.outerHTML.slice(0, 120))
    })
    expect(clipped.length === 0, `${name} on ${paper}: clipped: ${clipped.join(" ; ")}`)
    await page.close()
  }
}

// On paper: the size that was asked for, every week whole, no sheet nearly empty, fonts inside, tagged.
function onPaper(pdf, plan, size) {
  const where = `${basename(pdf)} on ${size}`
  const about = run("pdfinfo", pdf)
  const [width, height] = about.match(/Page size:\s+([\d.]+) x ([\d.]+)/).slice(1).map(Number)
  const [w, h] = size === "a4" ? [595, 842] : [612, 792]
  expect(Math.abs(width - w) < 1.5 && Math.abs(height - h) < 1.5, `${where}: is ${width} x ${height}`)
  expect(/Tagged:\s+yes/.test(about), `${where}: is not tagged`)
  for (const line of run("pdffonts", pdf).trim().split("\n").slice(2)) {
    expect(/\s+(yes)\s+(yes|no)\s+(yes|no)\s+\d+\s+\d+$/.test(line), `${where}: a font stays outside: ${line}`)
  }
  const sheets = run("pdftotext", "-bbox", pdf, "-").split("<page ").slice(1)
  const weeks = plan.weeks.length
  expect(sheets.length <= 6 + Math.ceil(weeks / 1.7), `${where}: ${sheets.length} sheets for ${weeks} weeks`)
  expect(sheets.length >= weeks / 4, `${where}: ${sheets.length} sheets for ${weeks} weeks`)
  sheets.forEach((sheet, i) => {
    const lines = [...sheet.matchAll(/yMax="([\d.]+)"/g)].map(match => Number(match[1])).filter(y => y < h - 34)
    // What is left over at the end may be short; a sheet in the middle may not.
    const least = i >= sheets.length - 3 ? 0.08 : 0.3
    expect(Math.max(0, ...lines) > h * least, `${where}: sheet ${i + 1} is nearly empty`)
    const over = [...sheet.matchAll(/xMax="([\d.]+)"/g)].filter(match => Number(match[1]) > w - 20)
    expect(over.length === 0, `${where}: sheet ${i + 1} prints into the margin`)
  })
}

// No week is split: the browser says on which sheet each row of it stands.
async function whole(name, size, plan) {
  const { page } = await open(join(folder, name), 1280, false)
  await page.addStyleTag({ content: `@page { size: ${size} }` })
  // Each heading and row of a week is signed with its number, in letters, which no writing from right to left turns round.
  await page.evaluate(() => {
    for (const week of document.querySelectorAll(".week")) {
      const letters = [...week.id.slice(5)].map(digit => "abcdefghij"[digit]).join("")
      for (const at of week.querySelectorAll("h3, .days tbody th")) {
        const mark = document.createElement("span")
        mark.textContent = `ZQ${letters}QZ`
        mark.style.cssText = "position:absolute;font:4px monospace;color:#fff;direction:ltr;unicode-bidi:isolate"
        at.prepend(mark)
      }
    }
  })
  const pdf = join(folder, `${name}.${size}.signed.pdf`)
  await page.pdf({ path: pdf, preferCSSPageSize: true })
  await page.close()
  const sheets = run("pdftotext", pdf, "-").split("\f")
  for (const week of plan.weeks) {
    const sign = `ZQ${[...String(week.number)].map(digit => "abcdefghij"[digit]).join("")}QZ`
    const on = sheets.map((text, i) => text.includes(sign) ? i + 1 : 0).filter(Boolean)
    const rows = sheets.join("").split(sign).length - 1
    expect(on.length === 1, `${name} on ${size}: week ${week.number} stands on sheets ${on}`)
    expect(rows >= 8, `${name} on ${size}: week ${week.number} prints ${rows} rows`)
  }
}

// The calendar for the fridge is one sheet, across.
async function onTheFridge(name, size) {
  const { page, asked } = await open(join(folder, name), 1280, false)
  const pdf = join(folder, `${name}.pdf`)
  await page.pdf({ path: pdf, preferCSSPageSize: true })
  await page.close()
  const about = run("pdfinfo", pdf)
  expect(asked.length === 0, `${name}: leaves the page for ${asked}`)
  expect(/Pages:\s+1\n/.test(about), `${name}: takes more than a sheet`)
  const [width, height] = about.match(/Page size:\s+([\d.]+) x ([\d.]+)/).slice(1).map(Number)
  expect(width > height, `${name}: does not lie across`)
}

for (const name of names) {
  const stem = name.slice(0, -".html".length)
  const plan = JSON.parse(readFileSync(join(folder, `${stem}.json`), "utf8"))
  await onScreen(name, plan)
  await laidOut(name)
  for (const size of ["a4", "letter"]) {
    const pdf = join(folder, size === "a4" ? "." : "letter", `${stem}.pdf`)
    onPaper(pdf, plan, size)
    if (plan.weeks.length <= 60 || size === "a4") await whole(name, size, plan)
  }
  await onTheFridge(`${stem}-fridge.html`)
}
await browser.close()
if (wrong.length) {
  console.error(wrong.join("\n"))
  process.exit(1)
}
console.log(`${names.length} pages: as they should be on a phone, a desktop, by day, by night and on paper`)
