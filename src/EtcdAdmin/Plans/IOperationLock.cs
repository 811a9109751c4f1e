namespace EtcdAdmin.Plans;

/// <summary>Keeps every other operation away from a cluster. Disposing it, or the end of the process, releases the lock.</summary>
internal interface IOperationLock : IAsyncDisposable
{
    /// <summary>Cancelled when the lock is lost and another operation may take it.</summary>
    CancellationToken Lost { get; }

    /// <summary>Why it was lost, as a sentence without its full stop; null as long as it is held.</summary>
    Task<string?> WhyLostAsync();
}
