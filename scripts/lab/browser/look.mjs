// Looks at pages as a reader's browser does, and says what is wrong with each.
//
// usage: node look.mjs CHROMIUM FILE...     (prints {"FILE": ["complaint", ...], ...})
//
// Each page is opened light and dark, narrow and wide, as it is and with all that is folded opened, then without
// JavaScript and as it is printed. Nothing is downloaded: CHROMIUM is the system's own.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const NARROW = 390;
const WIDE = 1280;
// A4 without its margins, in CSS pixels.
const PAPER = 680;
const views = [NARROW, WIDE].flatMap((width) => ['light', 'dark'].map((scheme) => ({ width, scheme })));

// The functions with a `document` run in the page.

const openAll = () =>
  document.querySelectorAll('details').forEach((one) => {
    one.wasOpen = one.open;
    one.open = true;
  });

// The edge of a region that scrolls is painted, and the checks would not know what is behind the text there.
const withoutEdges = () => document.styleSheets[0].insertRule('* { background-image: none !important }');

const asItWas = () => {
  document.styleSheets[0].deleteRule(0);
  document.querySelectorAll('details').forEach((one) => (one.open = one.wasOpen));
};

async function violations(only) {
  const { violations, incomplete } = await window.axe.run(document, {
    ...(only && { runOnly: only }),
    rules: only ? {} : { 'target-size': { enabled: true } },
    resultTypes: ['violations', 'incomplete'],
  });
  // Of signs such as a tick they never know; those have the colours of the words beside them.
  const sign = (node) => node.any.some((check) => check.data?.messageKey === 'nonBmp');
  const unsure = incomplete
    .filter((rule) => rule.id === 'color-contrast')
    .map((rule) => ({ ...rule, nodes: rule.nodes.filter((node) => !sign(node)) }));
  return [...violations, ...unsure].filter(({ nodes }) => nodes.length > 0).map(({ id, help, nodes }) => {
    const { html, failureSummary } = nodes[0];
    return `axe ${id}: ${help}, ${nodes.length} times; ${html.slice(0, 200)} ${failureSummary ?? ''}`;
  });
}

// What leaves the window, unless it is in a region that scrolls, and what is wrong with such a region.
function widths() {
  const said = [];
  const { scrollWidth } = document.scrollingElement;
  if (scrollWidth > innerWidth) said.push(`the page is ${scrollWidth} wide in a window of ${innerWidth}`);
  const scrolls = (element) => ['auto', 'scroll'].includes(getComputedStyle(element).overflowX);
  const named = (element) => element.outerHTML.slice(0, 120);
  for (const element of document.body.querySelectorAll('*')) {
    const box = element.getBoundingClientRect();
    if (!box.width || element.closest('.unseen, .jump')) continue;
    let within = element.parentElement;
    while (within && !scrolls(within)) within = within.parentElement;
    if (!within && box.right > innerWidth + 1) said.push(`beyond the window: ${named(element)}`);
    if (!scrolls(element) || element.scrollWidth <= element.clientWidth) continue;
    const label = element.getAttribute('aria-label') || element.getAttribute('aria-labelledby');
    if (element.tabIndex < 0 || !element.hasAttribute('role') || !label) said.push(`not for a keyboard: ${named(element)}`);
    if (getComputedStyle(element).backgroundImage === 'none') said.push(`no hint that it scrolls: ${named(element)}`);
  }
  return said.slice(0, 5);
}

// On paper nothing can be scrolled or opened.
function cut() {
  const said = [];
  for (const element of document.body.querySelectorAll('*')) {
    const style = getComputedStyle(element);
    const clips = style.overflowX !== 'visible' && !element.closest('.unseen, svg');
    if (clips && element.scrollWidth > element.clientWidth + 1) said.push(`cut on paper: ${element.outerHTML.slice(0, 120)}`);
    if (style.position === 'sticky') said.push(`sticky on paper: ${element.outerHTML.slice(0, 120)}`);
  }
  for (const folded of document.querySelectorAll('details:not([hidden])')) {
    const inside = [...folded.children].find((child) => child.tagName !== 'SUMMARY');
    if (inside && !inside.checkVisibility({ contentVisibilityAuto: false })) {
      said.push(`folded on paper: ${folded.outerHTML.slice(0, 120)}`);
    }
  }
  return said.slice(0, 5);
}

// Everything can be opened by the browser alone, and nothing is offered that only a script can do.
function withoutScript() {
  const said = [];
  for (const folded of document.querySelectorAll('details')) {
    const { open } = folded;
    folded.querySelector('summary').click();
    if (folded.open === open) said.push(`cannot be opened: ${folded.outerHTML.slice(0, 120)}`);
    folded.open = open;
  }
  for (const element of document.querySelectorAll('input, button, select')) {
    if (element.checkVisibility()) said.push(`of no use without a script: ${element.outerHTML.slice(0, 120)}`);
  }
  for (const link of document.querySelectorAll('a[href^="#"]')) {
    const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!target) said.push(`leads nowhere: ${link.outerHTML.slice(0, 120)}`);
  }
  return said.slice(0, 5);
}

async function open(browser, file, options, complain) {
  const context = await browser.newContext({ ...options, offline: true });
  const page = await context.newPage();
  const url = pathToFileURL(file).href;
  page.on('console', (message) => message.type() === 'error' && complain(`console: ${message.text()}`));
  page.on('pageerror', (error) => complain(`script: ${error.message}`));
  page.on('request', (request) => request.url() === url || request.url().startsWith('data:') || complain(`asks for ${request.url()}`));
  await page.goto(url);
  return page;
}

async function onScreen(page, complain) {
  await page.evaluate(axe);
  let rules = null;
  for (const { width, scheme } of views) {
    const say = (text) => complain(`${scheme}, ${width} px: ${text}`);
    await page.setViewportSize({ width, height: 844 });
    await page.emulateMedia({ colorScheme: scheme });
    (await page.evaluate(widths)).forEach(say);
    await page.evaluate(openAll);
    (await page.evaluate(widths)).forEach(say);
    await page.evaluate(withoutEdges);
    (await page.evaluate(violations, rules)).forEach(say);
    await page.evaluate(asItWas);
    // What does not depend on colour or width has been seen now.
    rules = ['color-contrast', 'target-size'];
  }
}

async function onPaper(page, complain) {
  const say = (text) => complain(`printed: ${text}`);
  await page.setViewportSize({ width: PAPER, height: 960 });
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  (await page.evaluate(widths)).forEach(say);
  (await page.evaluate(cut)).forEach(say);
  const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  if (ground !== 'rgb(255, 255, 255)') say(`the paper is ${ground}`);
}

async function withoutJavaScript(page, complain) {
  const say = (text) => complain(`without JavaScript: ${text}`);
  (await page.evaluate(withoutScript)).forEach(say);
  (await page.evaluate(widths)).forEach(say);
}

const [executablePath, ...files] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ['--disable-dev-shm-usage'] });
const found = {};
try {
  for (const file of files) {
    const said = new Set();
    const complain = (text) => said.add(text);
    const narrow = { viewport: { width: NARROW, height: 844 } };
    const page = await open(browser, file, narrow, complain);
    await onScreen(page, complain);
    await onPaper(page, complain);
    await page.context().close();
    const bare = await open(browser, file, { ...narrow, javaScriptEnabled: false }, complain);
    await withoutJavaScript(bare, complain);
    await bare.context().close();
    found[file] = [...said];
  }
} finally {
  await browser.close();
}
console.log(JSON.stringify(found));
