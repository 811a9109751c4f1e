namespace EtcdAdmin.Database.Schema;

/// <summary>A member as the database knows it.</summary>
/// <param name="Id">Bare hex, as etcd prints it.</param>
/// <param name="Name">Empty where the member had not started yet.</param>
/// <param name="PeerUrls">Where the other members reached it.</param>
/// <param name="ClientUrls">Where clients reached it; empty where the member had not started yet.</param>
/// <param name="IsLearner">True for a member without a vote.</param>
public sealed record SnapshotMember(
    string Id,
    string Name,
    IReadOnlyList<string> PeerUrls,
    IReadOnlyList<string> ClientUrls,
    bool IsLearner);
