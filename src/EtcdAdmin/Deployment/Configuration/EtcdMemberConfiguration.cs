using EtcdAdmin.Clusters;
using EtcdAdmin.Provisioning.Files;

namespace EtcdAdmin.Deployment.Configuration;

/// <summary>The configuration that a member runs with, and its differences from the cluster's specification.</summary>
public sealed record EtcdMemberConfiguration
{
    /// <summary>The cluster it belongs to.</summary>
    public required EtcdCluster Cluster { get; init; }

    /// <summary>The member's name.</summary>
    public required string Member { get; init; }

    /// <summary>Its host.</summary>
    public required string HostName { get; init; }

    /// <summary>The configuration file on that host.</summary>
    public required string Path { get; init; }

    /// <summary>The entries of that file. Names of nested maps are joined with a dot, as in <c>peer-transport-security.cert-file</c>.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>The text of the systemd unit; null where no unit runs the member.</summary>
    public string? UnitText { get; init; }

    /// <summary>The drop-in files of the unit, which the operator made.</summary>
    public IReadOnlyList<string> DropIns { get; init; } = [];

    /// <summary>The command line of the running process; null where the member does not run.</summary>
    public string? CommandLine { get; init; }

    /// <summary>The environment variables of that process with the prefix <c>ETCD_</c>. etcd ignores them when it has a configuration file.</summary>
    public IReadOnlyList<string> EnvironmentSettings { get; init; } = [];

    /// <summary>Whether the file was changed after the process started, so that the process runs with an older configuration.</summary>
    public bool RestartPending { get; init; }

    /// <summary>The differences from the specification; empty where there are none.</summary>
    public IReadOnlyList<EtcdSettingDrift> Drift { get; init; } = [];

    /// <summary>Whether the configuration matches the specification and is in force.</summary>
    public bool IsAsSpecified => Drift.Count == 0 && !RestartPending;

    /// <inheritdoc/>
    public override string ToString() => Member;
}
