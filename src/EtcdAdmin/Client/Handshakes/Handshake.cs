using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Client.Rpc;

namespace EtcdAdmin.Client.Handshakes;

/// <summary>A trial connection with TLS: what the server showed, whatever is wrong with it.</summary>
internal sealed record Handshake
{
    /// <summary>The certificates that the server sent, its own first; empty if TLS did not come that far. A server that speaks TLS 1.2 and refuses
    /// the client shows only its own.</summary>
    public IReadOnlyList<X509Certificate2> Sent { get; init; } = [];

    /// <summary>What is wrong with the server's certificate by this machine's trust and clock; null if it was not checked.</summary>
    public IReadOnlyList<TlsFinding>? Findings { get; init; }

    /// <summary>The version of TLS; null if the handshake failed.</summary>
    public SslProtocols? Protocol { get; init; }

    /// <summary>The cipher suite; null if the handshake failed.</summary>
    public TlsCipherSuite? CipherSuite { get; init; }

    /// <summary>Whether the server asked for a client certificate. Only a connection without one shows that.</summary>
    public bool AsksForCertificate { get; init; }

    /// <summary>The distinguished names of the authorities whose client certificates the server accepts, as it says. Only a connection without a
    /// client certificate shows that.</summary>
    public IReadOnlyList<string> Authorities { get; init; } = [];

    /// <summary>Whether the server answered a request. With TLS 1.3 it refuses a client only after the handshake.</summary>
    public bool Answered { get; init; }

    /// <summary>How far the server's clock is ahead of this machine's, in whole seconds; null if its answer had no date.</summary>
    public TimeSpan? ClockSkew { get; init; }

    /// <summary>How long the connection took, without TLS; zero if there was none.</summary>
    public TimeSpan Connecting { get; init; }

    /// <summary>Whether the server accepted a connection, whatever came of it.</summary>
    public bool IsConnected => Connecting > TimeSpan.Zero;

    /// <summary>Why there was no answer; null if there was one, or none was asked for.</summary>
    public Exception? Failure { get; init; }
}
