import type { FastifyInstance } from 'fastify';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml', '.json': 'application/json', '.woff2': 'font/woff2', '.png': 'image/png',
};
// Nothing from elsewhere, and no page may frame it; speech is played from a blob of its own.
const POLICY = "default-src 'self'; media-src 'self' blob:; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/**
 * Serves the files of a folder as they are now, `index.html` at `/`. They are read once, and a request only picks among them: no path of a caller is ever opened.
 * @throws The file system's own error when the folder cannot be read.
 */
export async function addPages(app: FastifyInstance, dir: string): Promise<void> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile() && TYPES[extname(one.name)] !== undefined)) {
    const path = join(entry.parentPath, entry.name);
    const route = `/${relative(dir, path).split(/[\\/]/).join('/')}`;
    const bytes = await readFile(path);
    const headers = { 'content-type': TYPES[extname(entry.name)], 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff', 'cache-control': route.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache' };
    for (const at of route === '/index.html' ? ['/', route] : [route]) app.get(at, { config: { open: true } }, async (_request, reply) => reply.headers(headers).send(bytes));
  }
}
