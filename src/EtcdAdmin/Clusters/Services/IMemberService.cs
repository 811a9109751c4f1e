using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Services;

/// <summary>Starts, stops and finds the etcd of a member on its host, whatever supervises it there.</summary>
internal interface IMemberService
{
    /// <summary>Starts it; one that runs already is left alone. Returns when the process is there, not when it serves.</summary>
    /// <param name="member">The member.</param>
    /// <param name="version">What it runs.</param>
    /// <param name="data">Whether its data must be there.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="EtcdException">MemberDataLost, MemberDataUnreadable, PortInUse, MemberStartFailed, HostCommandFailed.</exception>
    Task StartAsync(MemberSpec member, EtcdVersion version, DataAtStart data, CancellationToken cancellationToken);

    /// <summary>Stops it and waits until it has gone; one that does not run is left alone.</summary>
    /// <exception cref="EtcdException">MemberStopFailed, HostCommandFailed.</exception>
    Task StopAsync(MemberSpec member, CancellationToken cancellationToken);

    /// <summary>Looks whether it runs.</summary>
    Task<MemberServiceState> GetStateAsync(MemberSpec member, CancellationToken cancellationToken);

    /// <summary>Looks whether it runs, and in the same round trip how full its disks are.</summary>
    Task<MemberServiceState> LookAsync(MemberSpec member, CancellationToken cancellationToken);

    /// <summary>What it logged since it was started last, or the end of that, for error messages.</summary>
    Task<string> ReadLogTailAsync(MemberSpec member, CancellationToken cancellationToken);
}

/// <summary>Whether the etcd of a member runs.</summary>
/// <param name="ProcessId">Its process; null where none runs.</param>
internal sealed record MemberServiceState(int? ProcessId)
{
    public bool IsRunning => ProcessId is not null;

    /// <summary>The file systems of its data and its log; empty where they were not looked at.</summary>
    public IReadOnlyList<DiskSpace> Disks { get; init; } = [];
}
