export { fileReasons as reasons, type FileReason as Reason } from '#shared/file-reasons.ts'
