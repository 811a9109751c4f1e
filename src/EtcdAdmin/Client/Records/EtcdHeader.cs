namespace EtcdAdmin.Client.Records;

/// <summary>Who answered, and how far its store was.</summary>
/// <param name="ClusterId">The cluster of the member that answered.</param>
/// <param name="MemberId">The member that answered.</param>
/// <param name="Revision">The store's revision at the time of the answer; 0 in answers that do not touch the store.</param>
/// <param name="RaftTerm">The raft term at the time of the answer.</param>
public sealed record EtcdHeader(ClusterId ClusterId, MemberId MemberId, long Revision, ulong RaftTerm)
{
    /// <summary>Takes over what the server sent; a missing header (some calls of old servers) is all zeros.</summary>
    internal static EtcdHeader From(Wire.ResponseHeader? header) => header is null
        ? new EtcdHeader(default, default, 0, 0)
        : new EtcdHeader(new ClusterId(header.ClusterId), new MemberId(header.MemberId), header.Revision, header.RaftTerm);
}
