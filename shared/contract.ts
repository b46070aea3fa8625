import { z } from 'zod'
import { desktopSchema, habitsSchema, receivedSchema } from './desktop.ts'
import {
  attemptSchema,
  doctorReportSchema,
  inviteSchema,
  pairedDeviceSchema,
  pairingStateSchema,
  receivedTextSchema,
  textSchema,
  trustSchema,
  typedAddressSchema,
  verificationSchema,
} from './devices.ts'
import {
  deviceIdSchema,
  deviceNameSchema,
  nearbyDeviceSchema,
  settingsChangeSchema,
  settingsSchema,
  staticPeerSchema,
  thisDeviceSchema,
} from './model.ts'
import {
  answerSchema,
  filesPageSchema,
  historyPageSchema,
  sendSchema,
  transferActionSchema,
  transferFileSchema,
  transferIdSchema,
  transferSchema,
} from './transfers.ts'

/**
 * The one contract between the core and whoever drives it: the window (ipcMain and preload), the
 * page (WebSocket), the command line (control socket). Its bindings live in shared/channel; its
 * types are derived here, so there is no twin to keep.
 */
interface CallShape<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  readonly input: Input
  readonly output: Output
}

function call<Input extends z.ZodType, Output extends z.ZodType>(
  input: Input,
  output: Output,
): CallShape<Input, Output> {
  return { input, output }
}

/** One value that changes: every item is the whole new value; late ones replace waiting ones. */
function value<Value extends z.ZodType>(schema: Value) {
  return { kind: 'value', item: schema } as const
}

/** Rows known by their id: first a snapshot of all, then what was put or removed. */
function rows<Row extends z.ZodType<{ readonly id: string }>>(schema: Row) {
  return {
    kind: 'rows',
    item: z.union([
      z.object({ snapshot: z.array(schema).readonly() }),
      z.object({ put: z.array(schema).readonly(), remove: z.array(z.string()).readonly() }),
    ]),
  } as const
}

const nothing = z.object({}).strict()

export const contract = {
  calls: {
    /** One look at everything `gangway status` shows. */
    'status.get': call(
      nothing,
      z.object({
        device: thisDeviceSchema,
        nearby: z.array(nearbyDeviceSchema),
        /** Those that were given for this run only are not saved. */
        peers: z.array(staticPeerSchema.extend({ saved: z.boolean() })),
      }),
    ),
    /** Answers with the settings now in force. */
    'settings.change': call(settingsChangeSchema, settingsSchema),
    'devices.list': call(nothing, z.object({ devices: z.array(pairedDeviceSchema) })),
    /** A null name is the one the device gives itself. */
    'device.change': call(
      z.strictObject({
        id: deviceIdSchema,
        name: deviceNameSchema.nullable().optional(),
        note: z.string().max(500).optional(),
        trust: trustSchema.optional(),
      }),
      nothing,
    ),
    /** Ends the pairing for good, here and there. */
    'device.remove': call(z.strictObject({ id: deviceIdSchema }), nothing),
    /** A device at a known address, from now on and after every restart. */
    'peer.add': call(staticPeerSchema, nothing),
    /** Every saved address of this device. */
    'peer.remove': call(z.strictObject({ id: deviceIdSchema }), nothing),
    /** Reaches a paired device and measures the way there; takes seconds. */
    'device.verify': call(z.strictObject({ id: deviceIdSchema }), verificationSchema),
    /** Answers once the other device has it. */
    'text.send': call(z.strictObject({ to: deviceIdSchema, text: textSchema }), nothing),
    'text.dismiss': call(z.strictObject({ id: z.string() }), nothing),
    'doctor.run': call(nothing, doctorReportSchema),
    /** Shows new words; how it goes on is told by `pairing.watch`, under this attempt. */
    'pairing.show': call(nothing, attemptSchema),
    /** Five words or a link, as somebody typed or pasted it. */
    'pairing.join': call(
      z.strictObject({ code: z.string().max(4_096), address: typedAddressSchema.nullable() }),
      attemptSchema,
    ),
    'pairing.joinFile': call(
      z.strictObject({ file: z.base64().max(16_384), password: z.string().max(256) }),
      attemptSchema,
    ),
    'pairing.answer': call(z.strictObject({ prompt: z.string(), accept: z.boolean() }), nothing),
    /** Ends this attempt if it is still the one under way; whichever it is, without one. */
    'pairing.cancel': call(attemptSchema.partial().strict(), nothing),
    /** The password is told here, once, and is to be given by another way than the file. */
    'invite.create': call(
      nothing,
      z.object({ invite: inviteSchema, file: z.base64(), password: z.string() }),
    ),
    'invite.withdraw': call(z.strictObject({ id: z.string() }), nothing),
    /** Makes a key and belongs to its network from now on; who else has the key does too. */
    'network.create': call(nothing, z.object({ key: z.string(), fingerprint: z.string() })),
    'network.join': call(
      z.strictObject({ key: z.string().max(256) }),
      z.object({ fingerprint: z.string() }),
    ),
    /** For another device: whoever has it belongs to the network. */
    'network.key': call(nothing, z.object({ key: z.string() })),
    'network.leave': call(nothing, nothing),
    'transfers.list': call(nothing, z.object({ transfers: z.array(transferSchema) })),
    /** Files and folders of this computer, by absolute path; waits for the device if it is away. */
    'transfer.send': call(sendSchema, z.object({ id: transferIdSchema })),
    /** Room for files dropped on a page in a browser, which come as bytes: see the page server. */
    'drop.begin': call(nothing, z.object({ drop: z.string() })),
    /** A folder that is empty; the others come with their files. */
    'drop.folder': call(
      z.strictObject({ drop: z.string(), path: z.string().min(1).max(16_384) }),
      nothing,
    ),
    'drop.send': call(
      z.strictObject({ drop: z.string(), to: deviceIdSchema }),
      z.object({ id: transferIdSchema }),
    ),
    'drop.discard': call(z.strictObject({ drop: z.string() }), nothing),
    /** The person's word on an offer; a folder other than the usual one is theirs to choose. */
    'transfer.answer': call(answerSchema, nothing),
    'transfer.pause': call(transferActionSchema, nothing),
    'transfer.resume': call(transferActionSchema, nothing),
    'transfer.cancel': call(transferActionSchema, nothing),
    /** Again, but only what has not landed. */
    'transfer.retry': call(transferActionSchema, nothing),
    /** The same things to the same device once more, as they are now: a transfer of its own. */
    'transfer.sendAgain': call(transferActionSchema, z.object({ id: transferIdSchema })),
    /** Puts it right before another one, or behind all. */
    'transfer.reorder': call(
      z.strictObject({ id: transferIdSchema, before: transferIdSchema.nullable() }),
      nothing,
    ),
    /** What has become of its files so far, in the order it came about. */
    'transfer.files': call(
      filesPageSchema,
      z.object({ total: z.int(), files: z.array(transferFileSchema) }),
    ),
    /** Transfers that ended, the latest first. */
    'history.list': call(
      historyPageSchema,
      z.object({ total: z.int(), transfers: z.array(transferSchema) }),
    ),
    /** One that ended, with its receipts; what arrived stays where it is. */
    'history.remove': call(transferActionSchema, nothing),
    'history.clear': call(nothing, nothing),
    /** These four are for the app's own window; everyone else is told that there is none. */
    'desktop.change': call(habitsSchema.partial().strict(), nothing),
    /** What was opened from outside is on the screen now. */
    'desktop.taken': call(z.strictObject({ id: z.int() }), nothing),
    /** Shows what arrived in the file manager; nothing is opened. */
    'desktop.show': call(receivedSchema, nothing),
    /** Hands what arrived to a drag that is under way in the window. */
    'desktop.drag': call(receivedSchema, nothing),
  },
  streams: {
    'device.watch': value(thisDeviceSchema),
    'nearby.watch': rows(nearbyDeviceSchema),
    'devices.watch': rows(pairedDeviceSchema),
    /** Received texts, until they are dismissed. */
    'texts.watch': rows(receivedTextSchema),
    'pairing.watch': value(pairingStateSchema),
    'invites.watch': rows(inviteSchema),
    /** Transfers under way, and those that ended since the start of Gangway. */
    'transfers.watch': rows(transferSchema),
    'desktop.watch': value(desktopSchema),
  },
} as const

type Contract = typeof contract
export type CallName = keyof Contract['calls']
export type StreamName = keyof Contract['streams']
export type CallInput<Name extends CallName> = z.infer<Contract['calls'][Name]['input']>
export type CallOutput<Name extends CallName> = z.infer<Contract['calls'][Name]['output']>
export type StreamItem<Name extends StreamName> = z.infer<Contract['streams'][Name]['item']>

/** What the core implements and every binding serves. */
export interface Api {
  readonly calls: {
    readonly [Name in CallName]: (
      input: CallInput<Name>,
      signal: AbortSignal,
    ) => Promise<CallOutput<Name>>
  }
  readonly streams: {
    readonly [Name in StreamName]: (signal: AbortSignal) => AsyncIterable<StreamItem<Name>>
  }
}

type DesktopCall = Extract<CallName, `desktop.${string}`>
type DesktopStream = Extract<StreamName, `desktop.${string}`>

/** The part of the contract that only a host with a desktop around it can keep. */
export interface DesktopApi {
  readonly calls: Pick<Api['calls'], DesktopCall>
  readonly streams: Pick<Api['streams'], DesktopStream>
}

export function isCallName(name: string): name is CallName {
  return Object.hasOwn(contract.calls, name)
}

export function isStreamName(name: string): name is StreamName {
  return Object.hasOwn(contract.streams, name)
}
