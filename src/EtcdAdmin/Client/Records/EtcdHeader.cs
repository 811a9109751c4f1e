using Wire = Etcdserverpb;

namespace EtcdAdmin.Client.Records;

/// <summary>The header of an answer: the member that answered and the state of its store.</summary>
/// <param name="ClusterId">The cluster of the member that answered.</param>
/// <param name="MemberId">The member that answered.</param>
/// <param name="Revision">The store's revision at the time of the answer; 0 in answers that do not use the store.</param>
/// <param name="RaftTerm">The raft term at the time of the answer.</param>
public sealed record EtcdHeader(ClusterId ClusterId, MemberId MemberId, long Revision, ulong RaftTerm)
{
    /// <summary>Converts the server's header; a missing header (some calls of old servers) gives zeros.</summary>
    internal static EtcdHeader From(Wire.ResponseHeader? header) => header is null
        ? new EtcdHeader(default, default, 0, 0)
        : new EtcdHeader(new ClusterId(header.ClusterId), new MemberId(header.MemberId), header.Revision, header.RaftTerm);
}
