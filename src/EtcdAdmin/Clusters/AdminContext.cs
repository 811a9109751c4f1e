using System.Globalization;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Local;
using EtcdAdmin.Hosts.Locking;

namespace EtcdAdmin.Clusters;

/// <summary>The environment of every operation: home, hosts, clock.</summary>
/// <param name="Home">The folder for EtcdAdmin's own data.</param>
public sealed record AdminContext(EtcdAdminHome Home)
{
    /// <summary>The environment of this process: its user's folder, this machine, the system clock.</summary>
    public static AdminContext Default() => new(EtcdAdminHome.Resolve());

    /// <summary>The format of <see cref="Stamp"/>; it sorts by time and is valid in file names on every system.</summary>
    internal const string StampFormat = "yyyyMMdd-HHmmss";

    /// <summary>Provides the hosts.</summary>
    public IHostProvider Hosts { get; init; } = new LocalHostProvider();

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The time limits of host locks; null means the default.</summary>
    internal HostLockOptions? HostLocking { get; init; }

    /// <summary>How long all undos of a plan together wait for missing voters before they leave a member unchanged.</summary>
    internal TimeSpan UndoPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The ending for names of files and folders that are kept aside now: the time in UTC, in <see cref="StampFormat"/>.</summary>
    internal string Stamp() => Clock.GetUtcNow().UtcDateTime.ToString(StampFormat, CultureInfo.InvariantCulture);

    /// <summary>The host of a member.</summary>
    /// <exception cref="EtcdException">HostUnknown: no connection settings are known for it.</exception>
    internal IHost HostOf(MemberSpec member) => Hosts.Get(member.Connection ?? HostConnection.Local);
}
