/** npm run bench: which of the measurements. */
const [, , ...asked] = process.argv
await import(asked.includes('--audit') ? './audit/audit.ts' : asked.includes('--sharing') ? './sharing.ts' : './bench.ts')

export {}
