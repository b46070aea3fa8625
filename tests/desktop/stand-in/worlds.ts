/**
 * What stands for Electron inside a page: a script for the page's own world and one for the world of
 * the preload. The two share the document and nothing else; what crosses is encoded, so that only
 * plain data and functions do, and arrives as a frozen copy. Both functions are sent to the browser
 * as text: they may use nothing from outside themselves.
 */

export const preloadWorld = 'stand-in preload'
export const sendBinding = 'standInSend'
export const receiveFunction = 'standInReceive'
/** Electron asks the shell before there is a new window; Chromium makes it first. */
export const openChannel = 'stand-in:open'

/** The text to run in every new document: first in the page's world, then in the preload's. */
export function worldScripts(preload: string): { page: string; preload: string } {
  const secret = `stand-in-${crypto.randomUUID()}`
  const bridge = `(${bridgeBetweenWorlds.toString()})`
  return {
    page: `${bridge}(${JSON.stringify(secret)}, 'page', 'preload');
      (${askBeforeOpening.toString()})('${secret}-open')`,
    preload: `if (window === window.top) {
      const bridge = ${bridge}(${JSON.stringify(secret)}, 'preload', 'page');
      const modules = { electron: (${electronOfPreload.toString()})(bridge, '${sendBinding}', '${receiveFunction}') };
      document.addEventListener('${secret}-open', ({ detail }) =>
        modules.electron.ipcRenderer.send('${openChannel}', detail));
      const require = (name) => {
        if (Object.hasOwn(modules, name)) return modules[name];
        throw new Error('module not found: ' + name);
      };
      ((require, module, exports) => {${preload}\n})(require, { exports: {} }, {});
    }`,
  }
}

type Crossing =
  | { readonly kind: 'data'; readonly data: unknown }
  | { readonly kind: 'function'; readonly id: number }
  | { readonly kind: 'list'; readonly items: readonly Crossing[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Crossing])[] }

type Message =
  | { readonly type: 'expose'; readonly key: string; readonly value: Crossing }
  | {
      readonly type: 'call'
      readonly call: number
      readonly id: number
      readonly args: readonly Crossing[]
    }
  | { readonly type: 'returned'; readonly call: number; readonly value: Crossing }
  | { readonly type: 'threw'; readonly call: number; readonly message: string }

interface Bridge {
  readonly expose: (key: string, value: unknown) => void
}

function bridgeBetweenWorlds(secret: string, here: string, there: string): Bridge {
  const functions: ((...args: unknown[]) => unknown)[] = []
  const outcomes = new Map<number, Message>()
  let calls = 0
  // The page may replace these later; the bridge keeps its own.
  const dispatch = document.dispatchEvent.bind(document)
  const CrossingEvent = CustomEvent
  const post = (detail: Message) => dispatch(new CrossingEvent(`${secret}-${there}`, { detail }))

  function encode(value: unknown): Crossing {
    if (typeof value === 'function') {
      return { kind: 'function', id: functions.push(value as () => unknown) - 1 }
    }
    if (Array.isArray(value)) return { kind: 'list', items: value.map(encode) }
    if (typeof value === 'object' && value !== null) {
      const prototype: unknown = Object.getPrototypeOf(value)
      if (prototype === Object.prototype || prototype === null) {
        const entries = Object.entries(value).map(([key, inner]) => [key, encode(inner)] as const)
        return { kind: 'object', entries }
      }
    }
    return { kind: 'data', data: structuredClone(value) }
  }

  function decode(value: Crossing): unknown {
    if (value.kind === 'data') return value.data
    if (value.kind === 'list') return Object.freeze(value.items.map(decode))
    if (value.kind === 'object') {
      const entries = value.entries.map(([key, inner]) => [key, decode(inner)] as const)
      return Object.freeze(Object.fromEntries(entries))
    }
    return (...args: unknown[]) => callThere(value.id, args)
  }

  function callThere(id: number, args: readonly unknown[]): unknown {
    const call = calls++
    post({ type: 'call', call, id, args: args.map(encode) })
    const outcome = outcomes.get(call)
    outcomes.delete(call)
    if (outcome?.type === 'returned') return decode(outcome.value)
    throw new Error(outcome?.type === 'threw' ? outcome.message : 'nobody answered')
  }

  function answer(call: number, id: number, args: readonly Crossing[]): Message {
    try {
      const result = functions[id]?.(...args.map(decode))
      return { type: 'returned', call, value: encode(result) }
    } catch (error) {
      return { type: 'threw', call, message: error instanceof Error ? error.message : 'thrown' }
    }
  }

  document.addEventListener(`${secret}-${here}`, (event) => {
    const message = (event as CustomEvent<Message>).detail
    if (message.type === 'call') post(answer(message.call, message.id, message.args))
    else if (message.type === 'expose') {
      const value = decode(message.value)
      Object.defineProperty(window, message.key, { value, enumerable: true })
    } else outcomes.set(message.call, message)
  })

  return { expose: (key, value) => void post({ type: 'expose', key, value: encode(value) }) }
}

function askBeforeOpening(eventName: string): void {
  const dispatch = document.dispatchEvent.bind(document)
  const ask = (url: string) => dispatch(new CustomEvent(eventName, { detail: url }))
  window.open = (url) => {
    ask(new URL(url ?? 'about:blank', document.baseURI).href)
    return null
  }
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (!link || link.target === '' || link.target === '_self') return
    event.preventDefault()
    ask(link.href)
  })
}

function electronOfPreload(bridge: Bridge, binding: string, receiver: string) {
  const listeners = new Map<string, ((event: unknown, ...args: unknown[]) => void)[]>()
  const world = globalThis as unknown as Record<string, (...args: never[]) => void>
  const post = world[binding] as unknown as (text: string) => void
  world[receiver] = (channel: string, args: unknown[]) => {
    for (const listener of listeners.get(channel) ?? []) listener({}, ...args)
  }
  return {
    contextBridge: { exposeInMainWorld: bridge.expose },
    // Chromium alone tells nobody where a file lies.
    webUtils: { getPathForFile: () => '' },
    ipcRenderer: {
      send(channel: string, ...args: unknown[]) {
        // As in Electron, what cannot be cloned cannot be sent.
        post(JSON.stringify([channel, structuredClone(args)]))
      },
      on(channel: string, listener: (event: unknown, ...args: unknown[]) => void) {
        listeners.set(channel, [...(listeners.get(channel) ?? []), listener])
      },
    },
  }
}
