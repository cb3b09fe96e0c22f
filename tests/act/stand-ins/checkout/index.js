// Copies CHECKOUT_FROM (`OWNER/NAME@REF=FOLDER`) to the input `path`; any other repository is an error.
const fs = require('fs');
const path = require('path');

const input = (name) => (process.env[`INPUT_${name.toUpperCase()}`] || '').trim();
const asked = `${input('repository')}@${input('ref')}`;
const [known, folder] = (process.env.CHECKOUT_FROM || '').split('=');

if (asked !== known || input('persist-credentials') !== 'false') {
  console.log(`::error::there is no \`${asked}\` without credentials here, only \`${known}\``);
  process.exitCode = 1;
} else {
  fs.cpSync(folder, path.join(process.env.GITHUB_WORKSPACE, input('path')), { recursive: true });
  console.log(`copied ${asked}`);
}
