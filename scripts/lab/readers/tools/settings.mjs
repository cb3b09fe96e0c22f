// Reads settings of VS Code with its own parser, and puts variables in as it does.
// usage: node settings.mjs FILE NAME=VALUE...
import { readFileSync } from 'node:fs';
import { parse, printParseErrorCode } from 'jsonc-parser';

const [file, ...given] = process.argv.slice(2);
const env = Object.fromEntries(given.map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]));
const errors = [];
// As VS Code reads settings.json: comments, and a comma behind the last entry.
const settings = parse(readFileSync(file, 'utf8'), errors, { allowTrailingComma: true });
if (errors.length > 0) {
  console.error(errors.map((one) => `${one.offset}: ${printParseErrorCode(one.error)}`).join('\n'));
  process.exit(1);
}
// VS Code looks for `${` up to the next `}`; what stands there and is no variable would be an error or stay.
const put = (value) =>
  typeof value === 'string'
    ? value.replace(/\$\{(.*?)\}/g, (whole, inner) => {
        if (!inner.startsWith('env:')) throw new Error(`no variable: ${whole}`);
        return env[inner.slice(4)] ?? '';
      })
    : value && typeof value === 'object'
      ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, put(one)]))
      : value;
console.log(JSON.stringify(put(settings)));
