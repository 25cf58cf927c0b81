import vue from '@vitejs/plugin-vue';
import { defineConfig, type Plugin } from 'vite';

const policy = [
  "default-src 'self'",
  "connect-src 'self' ws: wss: http: https:",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "object-src 'none'",
].join('; ');

/** The built page forbids foreign and inline code by itself, whatever server it is put on. */
const contentSecurityPolicy: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: policy },
      injectTo: 'head-prepend',
    },
  ],
};

export default defineConfig({
  plugins: [vue(), contentSecurityPolicy],
  build: { target: ['chrome123', 'firefox125', 'safari18'], modulePreload: { polyfill: false } },
});
