using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Provisioning.Files;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>The ids that etcd gives a new cluster and its founding members.</summary>
/// <remarks>
/// Source: etcd <c>server/etcdserver/api/membership/member.go</c> (computeMemberId) and <c>cluster.go</c> (genID): the first 8 bytes of a
/// SHA-1, of the peer URLs and the token for a member, of the members' ids in order for the cluster. The same from 3.3 to 3.6.
/// </remarks>
internal static class RestoredIdentity
{
    /// <summary>The id of a founding member.</summary>
    public static MemberId MemberId(ClusterSpec spec, MemberSpec member) =>
        new(Id(Encoding.UTF8.GetBytes(EtcdConfiguration.Text(member.PeerUrl(spec.Tls)) + spec.Token)));

    /// <summary>The id of a cluster with these founding members.</summary>
    public static ClusterId ClusterId(ClusterSpec spec)
    {
        ulong[] members = [.. spec.Members.Select(member => MemberId(spec, member).Value).Order()];
        byte[] bytes = new byte[members.Length * sizeof(ulong)];
        for (int i = 0; i < members.Length; i++) BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(i * sizeof(ulong)), members[i]);
        return new ClusterId(Id(bytes));
    }

    // Not for secrecy: etcd computes the id this way.
    private static ulong Id(byte[] named) =>
#pragma warning disable CA5350
        BinaryPrimitives.ReadUInt64BigEndian(SHA1.HashData(named));
#pragma warning restore CA5350
}
