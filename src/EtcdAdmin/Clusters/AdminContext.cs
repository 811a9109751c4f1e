using System.Globalization;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Local;
using EtcdAdmin.Hosts.Locking;

namespace EtcdAdmin.Clusters;

/// <summary>What every operation needs to know of its surroundings.</summary>
/// <param name="Home">Where EtcdAdmin keeps its own things.</param>
public sealed record AdminContext(EtcdAdminHome Home)
{
    /// <summary>The surroundings of this process: its user's folder, this machine, the system's clock.</summary>
    public static AdminContext Default() => new(EtcdAdminHome.Resolve());

    /// <summary>The form of <see cref="Stamp"/>; it sorts by time, and every file system takes it.</summary>
    internal const string StampFormat = "yyyyMMdd-HHmmss";

    /// <summary>How hosts are reached.</summary>
    public IHostProvider Hosts { get; init; } = new LocalHostProvider();

    /// <summary>What time it is.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>How the locks of hosts are kept; null is the usual.</summary>
    internal HostLockOptions? HostLocking { get; init; }

    /// <summary>How long all undos of a plan together wait for voters that are missing before they leave a member as it is.</summary>
    internal TimeSpan UndoPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What names of files and folders that are put aside now end with: the time in UTC, as <see cref="StampFormat"/> has it.</summary>
    internal string Stamp() => Clock.GetUtcNow().UtcDateTime.ToString(StampFormat, CultureInfo.InvariantCulture);

    /// <summary>The host that a member lives on.</summary>
    /// <exception cref="EtcdException">HostUnknown: no way to it is known.</exception>
    internal IHost HostOf(MemberSpec member) => Hosts.Get(member.Connection ?? HostConnection.Local);
}
