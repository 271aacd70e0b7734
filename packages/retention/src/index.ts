export { isRetentionPlan } from './decided.ts'
export { describePlan, type DescribeOptions } from './describe-plan.ts'
export { RetentionError, type RetentionErrorCode } from './errors.ts'
export {
  type Decision,
  planRetention,
  type PlanOptions,
  type RetentionItem,
  type RetentionPlan,
} from './plan-retention.ts'
export type { RetentionPolicy } from './policy.ts'
