using System.Runtime.CompilerServices;
using System.Text;
using Renci.SshNet;
using Renci.SshNet.Messages;
using Renci.SshNet.Messages.Connection;

namespace EtcdAdmin.Hosts.SshNet;

/// <summary>The only members of SSH.NET used that are not public: without them nothing would notice that a host does not answer any more.</summary>
/// <remarks>SSH.NET sends messages to keep a connection alive, but none that the host must answer. If a version has other members, every connection
/// fails at once, and so do the tests.</remarks>
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
