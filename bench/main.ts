/** npm run bench: which of the measurements. */
await import(process.argv.includes('--audit') ? './audit/audit.ts' : './bench.ts')

export {}
