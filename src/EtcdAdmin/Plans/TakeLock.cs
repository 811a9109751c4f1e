using EtcdAdmin.Errors;
using EtcdAdmin.Events;

namespace EtcdAdmin.Plans;

/// <summary>Takes the lock of a cluster.</summary>
/// <param name="what">What is to be done under it, for others who want it meanwhile.</param>
/// <param name="events">Gets a warning as soon as somebody else's lock has to be waited for.</param>
/// <param name="cancellationToken">Gives up.</param>
/// <exception cref="EtcdException">ClusterBusy, with whoever holds it.</exception>
internal delegate Task<IOperationLock> TakeLock(string what, IProgress<EtcdEvent>? events, CancellationToken cancellationToken);
