#!/usr/bin/env node
// @ts-check
import { buildIfStale } from './build.js'

// The command of a checkout: builds what changed, then is the command itself.
await buildIfStale()
const cli = new URL('../dist/headless/cli.js', import.meta.url)
await import(cli.href)
