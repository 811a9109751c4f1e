using EtcdAdmin.Clusters;
using EtcdAdmin.Provisioning.Files;

namespace EtcdAdmin.Deployment.Configuration;

/// <summary>What a member really runs with, and how that differs from what the cluster's specification says.</summary>
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

    /// <summary>The entries of that file; those of nested maps with a dot between, as in <c>peer-transport-security.cert-file</c>.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>The systemd unit; null where none runs it.</summary>
    public string? UnitText { get; init; }

    /// <summary>Files that add to the unit, of the operator's making.</summary>
    public IReadOnlyList<string> DropIns { get; init; } = [];

    /// <summary>The command line of the running process; null where none runs.</summary>
    public string? CommandLine { get; init; }

    /// <summary>Variables of that process whose names begin with <c>ETCD_</c>; etcd does not look at them beside a configuration file.</summary>
    public IReadOnlyList<string> EnvironmentSettings { get; init; } = [];

    /// <summary>Whether the file was changed after the process had started, so that it runs with an older one.</summary>
    public bool RestartPending { get; init; }

    /// <summary>What differs from the specification; empty where nothing does.</summary>
    public IReadOnlyList<EtcdSettingDrift> Drift { get; init; } = [];

    /// <summary>Whether it is all as the specification says, and in force.</summary>
    public bool IsAsSpecified => Drift.Count == 0 && !RestartPending;

    /// <inheritdoc/>
    public override string ToString() => Member;
}
