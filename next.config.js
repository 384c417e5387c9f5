// @ts-check
import createNextIntlPlugin from 'next-intl/plugin'

const always = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  // Not no-referrer: our own forms would then carry `Origin: null`. Nothing leaves for another site.
  { key: 'Referrer-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), geolocation=(), microphone=(), payment=(), usb=()' },
  { key: 'X-Robots-Tag', value: 'noindex' },
]
const notFramed = [
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
]

/** @type {import('next').NextConfig} */
const config = {
  // `npm run check` checks the types of everything, tests too; a build need not do it again.
  typescript: { ignoreBuildErrors: true },
  output: 'standalone',
  poweredByHeader: false,
  reactStrictMode: true,
  images: { unoptimized: true },
  productionBrowserSourceMaps: false,
  // Next’s own redirect from `/balance/` goes out without our headers; without it the page answers there too.
  skipTrailingSlashRedirect: true,
  serverExternalPackages: ['pg', 'pino', '@prisma/adapter-pg', 'graphile-worker', 'node-forge', 'undici', 'pdfkit', 'prom-client', '@opentelemetry/api', '@opentelemetry/context-async-hooks', '@opentelemetry/core', '@opentelemetry/exporter-trace-otlp-http', '@opentelemetry/resources', '@opentelemetry/sdk-trace'],
  // The receipt's PDF reads its fonts from here.
  outputFileTracingIncludes: { '/my-data/receipt/*/pdf': ['./node_modules/@expo-google-fonts/inter/{400Regular/Inter_400Regular,600SemiBold/Inter_600SemiBold}.ttf'] },
  experimental: { serverActions: { bodySizeLimit: '16kb' } },
  headers: async () => [
    { source: '/:path*', headers: always },
    { source: '/((?!api/auth/logout/frontchannel).*)', headers: notFramed },
  ],
}

// Sentences with variables are taken apart when we build, not for each page.
const messages = /** @type {const} */ ({ path: './messages', format: 'json', locales: 'infer', precompile: true })

export default createNextIntlPlugin({ requestConfig: './app/_server/i18n.ts', experimental: { messages } })(config)
