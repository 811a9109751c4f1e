using System.Runtime.CompilerServices;
using System.Text;
using Renci.SshNet;
using Renci.SshNet.Messages;
using Renci.SshNet.Messages.Connection;

namespace EtcdAdmin.Hosts.SshNet;

/// <summary>The non-public members of SSH.NET that are used. Without them, a host that no longer answers would not be detected.</summary>
/// <remarks>The host need not answer SSH.NET's own keep-alive messages. If a later version of SSH.NET has other members, every connection fails
/// at once, and so do the tests.</remarks>
internal static class Internals
{
    /// <summary>A request that every server answers, with yes or no: RFC 4254, 4.</summary>
    public static void SendRequest(Session session, string name) =>
        SendMessage(session, NewRequest(Encoding.ASCII.GetBytes(name), wantReply: true));

    /// <summary>The session of a connected client.</summary>
    public static Session SessionOf(BaseClient client) => (Session)GetSession(client);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Session")]
    [return: UnsafeAccessorType("Renci.SshNet.ISession, Renci.SshNet")]
    private static extern object GetSession(BaseClient client);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "SendMessage")]
    private static extern void SendMessage(Session session, Message message);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern GlobalRequestMessage NewRequest(byte[] name, bool wantReply);
}
