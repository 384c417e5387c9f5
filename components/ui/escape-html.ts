/** Text as it may stand between tags and in a quoted attribute of a page that is put together by hand. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
