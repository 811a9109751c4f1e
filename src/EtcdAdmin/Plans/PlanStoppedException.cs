namespace EtcdAdmin.Plans;

/// <summary>A plan was cancelled while it ran.</summary>
/// <param name="rollback">The outcome of the rollback.</param>
/// <param name="cause">The cancellation.</param>
/// <param name="token">The token that was cancelled.</param>
internal sealed class PlanStoppedException(Rollback rollback, OperationCanceledException cause, CancellationToken token)
    : OperationCanceledException(cause.Message, cause, token)
{
    /// <summary>The outcome of the rollback.</summary>
    public Rollback Rollback => rollback;
}
