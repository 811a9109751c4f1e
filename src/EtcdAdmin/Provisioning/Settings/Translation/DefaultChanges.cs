namespace EtcdAdmin.Provisioning.Settings.Translation;

/// <summary>A default that is different from a version on, for a member with a configuration file.</summary>
/// <param name="Name">The setting.</param>
/// <param name="Since">The first version with the new default.</param>
/// <param name="Before">The default of earlier versions.</param>
/// <param name="After">The default from that version on.</param>
/// <param name="Effect">What it means for the operator, as a sentence that is true in both directions.</param>
/// <param name="Source">The file of etcd that shows it.</param>
internal sealed record DefaultChange(string Name, EtcdVersion Since, string Before, string After, string Effect, string Source)
{
    /// <summary>The feature gate, if the setting is <c>feature-gates</c>.</summary>
    public string? Gate { get; init; }
}

/// <summary>The defaults that changed from 3.0 to 3.7, of settings that an operator can set.</summary>
/// <remarks>Source: <c>NewConfig</c> in <c>etcdmain/config.go</c> (3.0.17), <c>embed/config.go</c> (3.1.20, 3.2.32, 3.3.25, 3.4.23) and
/// <c>server/embed/config.go</c> (3.5.30, 3.6.14, 3.7.1), compared line by line, with the constants that it names. A test starts the real servers
/// without the settings and observes each of these rows. The type of the free list (<c>backend-bbolt-freelist-type</c>, array until 3.4, map from 3.5
/// on) is left out: it changes neither the data nor the behaviour.</remarks>
internal static class DefaultChanges
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<DefaultChange> All { get; } =
    [
        new("enable-v2", new(3, 4, 0), "true", "false", "With false, etcd does not answer API 2 (/v2/keys); its data is kept.",
            "embed/config.go, DefaultEnableV2"),
        new("enable-grpc-gateway", new(3, 4, 0), "true", "false",
            "With false, etcd does not answer JSON over HTTP (/v3/kv/range). etcd 3.4 has this default only with a configuration file.",
            "embed/config.go, NewConfig of 3.4: EnableGRPCGateway is missing"),
        new("enable-grpc-gateway", new(3, 5, 0), "false", "true", "With true, etcd answers JSON over HTTP (/v3/kv/range).",
            "server/embed/config.go, NewConfig"),
        new("pre-vote", new(3, 5, 0), "false", "true", "With true, a member that returns after a network failure does not interrupt the leader.",
            "server/embed/config.go, NewConfig"),
        new("snapshot-count", new(3, 2, 0), "10000", "100000",
            "With 100000, etcd writes raft snapshots a tenth as often, and uses more memory.",
            "etcdserver/server.go, DefaultSnapCount; CHANGELOG-3.2.md"),
        new("snapshot-count", new(3, 6, 0), "100000", "10000",
            "With 10000, etcd writes raft snapshots ten times as often, uses less memory, and followers that were away need a snapshot earlier.",
            "server/etcdserver/server.go, DefaultSnapshotCount; CHANGELOG-3.6.md"),
        new("feature-gates", new(3, 7, 0), "FastLeaseKeepAlive=false", "FastLeaseKeepAlive=true",
            "With true, etcd answers a lease's keep-alive without waiting for the applied index.",
            "server/features/etcd_features.go, DefaultEtcdServerFeatureGates")
        {
            Gate = "FastLeaseKeepAlive",
        },
    ];
}
