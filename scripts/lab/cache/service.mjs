// A small cache service: what of both protocols a client needs to look for an entry, store it and get it back.
// Every question about an entry is recorded; nothing is judged.
import { createServer } from 'node:http';

const V1 = '/_apis/artifactcache/';
const V2 = '/twirp/github.actions.results.api.v1.CacheService/';

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

export async function startService() {
  const asked = [];
  const entries = new Map(); // By `key version`: its bytes.
  const uploads = [undefined]; // By id: a client takes 0 for none.
  const name = (key, version) => `${key} ${version}`;
  const upload = (key, version) => uploads.push({ key, version, parts: [] }) - 1;
  const finish = id => {
    const { key, version, parts } = uploads[id];
    entries.set(name(key, version), Buffer.concat(parts));
  };

  const old = {
    GET: (url, path) => {
      if (path !== 'cache') return null;
      const keys = decodeURIComponent(url.searchParams.get('keys')).split(',');
      const version = url.searchParams.get('version');
      asked.push({ protocol: 'v1', what: 'restore', keys, version });
      const hit = keys.find(key => entries.has(name(key, version)));
      return hit ? { cacheKey: hit, archiveLocation: `${origin}/blob?${encodeURIComponent(name(hit, version))}` } : 204;
    },
    POST: (url, path, bytes) => {
      if (path !== 'caches') {
        finish(Number(path.split('/')[1]));
        return 204;
      }
      const { key, version } = JSON.parse(bytes);
      asked.push({ protocol: 'v1', what: 'save', keys: [key], version });
      return { cacheId: upload(key, version) };
    },
    PATCH: (url, path, bytes) => {
      uploads[Number(path.split('/')[1])].parts.push(bytes);
      return 204;
    },
  };

  const current = {
    GetCacheEntryDownloadURL: ({ key, restore_keys: restoreKeys = [], version }) => {
      const keys = [key, ...restoreKeys];
      asked.push({ protocol: 'v2', what: 'restore', keys, version });
      const hit = keys.find(one => entries.has(name(one, version)));
      if (!hit) return { ok: false };
      return { ok: true, matched_key: hit, signed_download_url: `${origin}/blob?${encodeURIComponent(name(hit, version))}` };
    },
    CreateCacheEntry: ({ key, version }) => {
      asked.push({ protocol: 'v2', what: 'save', keys: [key], version });
      return { ok: true, signed_upload_url: `${origin}/upload/${upload(key, version)}?sig=x` };
    },
    FinalizeCacheEntryUpload: ({ key, version }) => {
      finish(uploads.findLastIndex(one => one.key === key && one.version === version));
      return { ok: true, entry_id: '1' };
    },
  };

  // A plain download and Azure's: GET, HEAD and PUT of whole blobs.
  const blob = (request, url, bytes, response) => {
    if (request.method === 'PUT') {
      const block = url.searchParams.get('comp');
      if (block !== 'blocklist') uploads[Number(url.pathname.split('/')[2])].parts.push(bytes);
      response.writeHead(201, { etag: '"1"', 'x-ms-request-id': '1', 'last-modified': new Date(0).toUTCString() });
      return response.end();
    }
    const found = entries.get(decodeURIComponent(url.search.slice(1)));
    response.writeHead(200, { 'content-length': found.length, etag: '"1"' });
    response.end(request.method === 'HEAD' ? undefined : found);
  };

  const server = createServer(async (request, response) => {
    const url = new URL(request.url, origin);
    const bytes = await body(request);
    if (url.pathname === '/blob' || url.pathname.startsWith('/upload/')) return blob(request, url, bytes, response);
    const answer = url.pathname.startsWith(V2)
      ? current[url.pathname.slice(V2.length)](JSON.parse(bytes))
      : old[request.method](url, url.pathname.slice(V1.length), bytes);
    if (typeof answer === 'number') response.writeHead(answer).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  await new Promise(ready => server.listen(0, '127.0.0.1', ready));
  const origin = `http://127.0.0.1:${server.address().port}`;

  return {
    // Both protocols are offered, as on github.com: which of them is taken is the client's own.
    variables: {
      ACTIONS_CACHE_URL: `${origin}/`,
      ACTIONS_RESULTS_URL: `${origin}/`,
      ACTIONS_CACHE_SERVICE_V2: 'true',
      ACTIONS_RUNTIME_TOKEN: 'x',
      GITHUB_SERVER_URL: 'https://github.com',
    },
    // What was asked since the last call.
    asked: () => asked.splice(0),
    forget: () => entries.clear(),
    stop: () => new Promise(stopped => {
      server.close(stopped);
      server.closeAllConnections();
    }),
  };
}
