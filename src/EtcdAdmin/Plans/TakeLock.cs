using EtcdAdmin.Errors;
using EtcdAdmin.Events;

namespace EtcdAdmin.Plans;

/// <summary>Takes the lock of a cluster.</summary>
/// <param name="what">The title of the operation, shown to others who want the lock.</param>
/// <param name="events">Gets a warning when the lock of another operation has to be waited for.</param>
/// <param name="cancellationToken">Stops waiting.</param>
/// <exception cref="EtcdException">ClusterBusy, with the holder of the lock.</exception>
internal delegate Task<IOperationLock> TakeLock(string what, IProgress<EtcdEvent>? events, CancellationToken cancellationToken);
