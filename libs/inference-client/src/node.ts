// Node only: a fetch without the limits of the built-in one, which gives up after 300 s without headers or body.
export { createNodeFetch, type NodeFetchOptions } from './node-fetch.js';
