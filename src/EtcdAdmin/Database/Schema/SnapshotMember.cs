namespace EtcdAdmin.Database.Schema;

/// <summary>A member as recorded in the database.</summary>
/// <param name="Id">Bare hex, as etcd prints it.</param>
/// <param name="Name">Empty if the member had not started yet.</param>
/// <param name="PeerUrls">The URLs at which the other members reached this member.</param>
/// <param name="ClientUrls">The URLs at which clients reached this member; empty if the member had not started yet.</param>
/// <param name="IsLearner">True for a learner, a member without a vote.</param>
public sealed record SnapshotMember(
    string Id,
    string Name,
    IReadOnlyList<string> PeerUrls,
    IReadOnlyList<string> ClientUrls,
    bool IsLearner);
