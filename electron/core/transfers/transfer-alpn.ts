import type { Alpn } from '#shared/ids.ts'

export const transferAlpn: Alpn = 'gangway/transfer/1'
