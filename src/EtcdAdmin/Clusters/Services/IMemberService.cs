using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Services;

/// <summary>Starts, stops and checks the etcd of a member on its host, with systemd or as a plain process.</summary>
internal interface IMemberService
{
    /// <summary>Starts it; a running one is left unchanged. Returns when the process exists, not when it serves.</summary>
    /// <param name="member">The member.</param>
    /// <param name="version">The version to run.</param>
    /// <param name="data">Whether its data must exist.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="EtcdException">MemberDataLost, MemberDataUnreadable, PortInUse, MemberStartFailed, HostCommandFailed.</exception>
    Task StartAsync(MemberSpec member, EtcdVersion version, DataAtStart data, CancellationToken cancellationToken);

    /// <summary>Stops it and waits until it has ended; a stopped one is left unchanged.</summary>
    /// <exception cref="EtcdException">MemberStopFailed, HostCommandFailed.</exception>
    Task StopAsync(MemberSpec member, CancellationToken cancellationToken);

    /// <summary>Checks whether it runs.</summary>
    Task<MemberServiceState> GetStateAsync(MemberSpec member, CancellationToken cancellationToken);

    /// <summary>Checks in one round trip whether it runs and how full its disks are.</summary>
    Task<MemberServiceState> LookAsync(MemberSpec member, CancellationToken cancellationToken);

    /// <summary>Its log since its last start, or the end of that, for error messages.</summary>
    Task<string> ReadLogTailAsync(MemberSpec member, CancellationToken cancellationToken);
}

/// <summary>Whether the etcd of a member runs.</summary>
/// <param name="ProcessId">Its process; null if none runs.</param>
internal sealed record MemberServiceState(int? ProcessId)
{
    public bool IsRunning => ProcessId is not null;

    /// <summary>How often its process has ended and been started again by systemd since the last start by an operator; 0 without systemd.</summary>
    public int Restarts { get; init; }

    /// <summary>The file systems of its data and its write-ahead log; empty if they were not checked.</summary>
    public IReadOnlyList<DiskSpace> Disks { get; init; } = [];
}
