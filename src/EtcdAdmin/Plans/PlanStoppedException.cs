namespace EtcdAdmin.Plans;

/// <summary>A plan was cancelled while it was carried out.</summary>
/// <param name="rollback">What became of what had been begun.</param>
/// <param name="cause">The cancellation.</param>
/// <param name="token">What cancelled it.</param>
internal sealed class PlanStoppedException(Rollback rollback, OperationCanceledException cause, CancellationToken token)
    : OperationCanceledException(cause.Message, cause, token)
{
    /// <summary>What became of what had been begun.</summary>
    public Rollback Rollback => rollback;
}
