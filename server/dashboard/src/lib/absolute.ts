/** Return the whole address of a link; a server that does not know its public address sends a path. */
export const absolute = (url: string): string => new URL(url, window.location.origin).href
