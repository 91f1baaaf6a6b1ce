import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: { outDir: 'dist', emptyOutDir: true, chunkSizeWarningLimit: 1200 },
  // `vite` alone serves the pages against a running installation.
  server: { proxy: { '/api': 'http://127.0.0.1:8000', '/store': 'http://127.0.0.1:8000' } },
});
