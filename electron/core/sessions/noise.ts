import { randomBytes } from 'node:crypto'
import { tagLength } from '../crypto/aead.ts'
import { extract, wipe } from '../crypto/hash.ts'
import { agreementKey, pointLength, type AgreementKey } from '../crypto/x25519.ts'
import { CipherState, longestNoiseMessage, unproved } from './cipher-state.ts'
import { SymmetricState } from './symmetric-state.ts'

/**
 * Noise_NNpsk0_25519_AESGCM_SHA512:
 *   -> psk, e
 *   <- e, ee
 * Whoever completes it holds the pre-shared key. Bad input of any kind gives one and the same
 * fault and ends the handshake.
 */
const protocolName = 'Noise_NNpsk0_25519_AESGCM_SHA512'
const pskLength = 32

interface NoiseSetup {
  readonly prologue: Uint8Array
  readonly psk: Uint8Array
  readonly random?: (length: number) => Uint8Array
}

export interface NoiseChannel {
  readonly handshakeHash: Uint8Array
  readonly send: CipherState
  readonly receive: CipherState
  /** What the keys of transfers are made of (session-keys.ts), fixed whatever is rekeyed later. */
  readonly transfers: { readonly send: Uint8Array; readonly receive: Uint8Array }
}

interface Initiation {
  readonly message: Uint8Array
  finish(reply: Uint8Array): { readonly payload: Uint8Array; readonly channel: NoiseChannel }
}

export function initiate(setup: NoiseSetup, payload: Uint8Array): Initiation {
  const { state, ephemeral } = begin(setup)
  mixEphemeral(state, ephemeral.publicKey)
  const message = Buffer.concat([ephemeral.publicKey, state.encryptAndHash(payload)])
  return {
    message,
    finish: once(state, (reply: Uint8Array) => {
      const { theirs, sealed } = split(reply)
      mixEphemeral(state, theirs)
      mixAgreement(state, ephemeral, theirs)
      const answer = state.decryptAndHash(sealed)
      const [send, receive] = state.split()
      return { payload: answer, channel: channelOf(state.hash, send, receive) }
    }),
  }
}

interface Response {
  /** From somebody who once held the key; it may be a replay until a first frame has come in. */
  readonly payload: Uint8Array
  finish(payload: Uint8Array): { readonly message: Uint8Array; readonly channel: NoiseChannel }
}

export function respond(setup: NoiseSetup, message: Uint8Array): Response {
  const { state, ephemeral } = begin(setup)
  const { theirs, sealed } = split(message)
  const payload = endingOnFailure(state, () => {
    mixEphemeral(state, theirs)
    return state.decryptAndHash(sealed)
  })
  return {
    payload,
    finish: once(state, (answer: Uint8Array) => {
      mixEphemeral(state, ephemeral.publicKey)
      mixAgreement(state, ephemeral, theirs)
      const reply = Buffer.concat([ephemeral.publicKey, state.encryptAndHash(answer)])
      const [receive, send] = state.split()
      return { message: reply, channel: channelOf(state.hash, send, receive) }
    }),
  }
}

function begin({ prologue, psk, random = randomBytes }: NoiseSetup) {
  if (psk.length !== pskLength) throw new Error('a pre-shared key has 32 bytes')
  const state = new SymmetricState(protocolName, prologue)
  state.mixKeyAndHash(psk)
  const seed = random(pointLength)
  const ephemeral = agreementKey(seed)
  wipe(seed)
  return { state, ephemeral }
}

/** With a pre-shared key in play the ephemeral keys feed the key as well as the hash (section 9.2). */
function mixEphemeral(state: SymmetricState, publicKey: Uint8Array): void {
  state.mixHash(publicKey)
  state.mixKey(publicKey)
}

function mixAgreement(state: SymmetricState, own: AgreementKey, theirs: Uint8Array): void {
  const shared = own.agree(theirs)
  if (!shared) throw unproved()
  state.mixKey(shared)
  wipe(shared)
}

function split(message: Uint8Array): { theirs: Uint8Array; sealed: Uint8Array } {
  if (message.length < pointLength + tagLength || message.length > longestNoiseMessage) {
    throw unproved()
  }
  return {
    theirs: Uint8Array.from(message.subarray(0, pointLength)),
    sealed: message.subarray(pointLength),
  }
}

function channelOf(hash: Uint8Array, sendKey: Uint8Array, receiveKey: Uint8Array): NoiseChannel {
  const channel = {
    handshakeHash: hash,
    send: new CipherState(sendKey),
    receive: new CipherState(receiveKey),
    transfers: { send: extract(hash, sendKey), receive: extract(hash, receiveKey) },
  }
  wipe(sendKey, receiveKey)
  return channel
}

/** A handshake is finished once; failing is finishing too. */
function once<Input, Output>(state: SymmetricState, act: (input: Input) => Output) {
  let over = false
  return (input: Input): Output => {
    if (over) throw new Error('this handshake is over')
    over = true
    return endingOnFailure(state, () => act(input))
  }
}

function endingOnFailure<Output>(state: SymmetricState, act: () => Output): Output {
  try {
    return act()
  } catch (error) {
    state.wipe()
    throw error
  }
}
