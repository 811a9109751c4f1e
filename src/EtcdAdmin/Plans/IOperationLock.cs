namespace EtcdAdmin.Plans;

/// <summary>Keeps every other operation away from a cluster. Let go by disposing, or by dying.</summary>
internal interface IOperationLock : IAsyncDisposable
{
    /// <summary>Cancelled when it is lost, so that others may have it.</summary>
    CancellationToken Lost { get; }
}
