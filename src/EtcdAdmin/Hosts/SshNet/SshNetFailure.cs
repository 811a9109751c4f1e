using System.Net.Sockets;
using System.Text.RegularExpressions;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Ssh;
using Renci.SshNet.Common;

namespace EtcdAdmin.Hosts.SshNet;

/// <summary>Makes the errors of failed connections: the same as for the ssh program.</summary>
internal static partial class SshNetFailure
{
    /// <summary>Whether an exception means that the connection or one of its channels is lost.</summary>
    public static bool IsOfTransport(Exception e) =>
        e is SshException or SocketException or IOException or ObjectDisposedException or InvalidOperationException;

    /// <summary>The reason for the end of a connection, as a sentence without its full stop.</summary>
    public static string Reason(Exception e) => e.GetBaseException().Message.TrimEnd('.');

    /// <summary>The connection could not be made, or the login failed.</summary>
    /// <param name="hop">The host, or the jump host, that failed.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="e">SSH.NET's error.</param>
    /// <returns>HostUnreachable or HostAuthFailed, or the error of the host key.</returns>
    public static EtcdException ToConnect(SshHop hop, LoginAttempt attempt, Exception e)
    {
        if (attempt.HostKeyError is { } refused) return refused;
        HostConnection connection = hop.Connection;
        string target = $"connect to host {hop.Host.HostName} port {hop.Host.Port}";
        switch (e)
        {
            case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain }:
                return SshFailure.Unreachable(connection, $"Could not resolve hostname {hop.Host.HostName}: {e.Message}");
            case SocketException:
                return SshFailure.Unreachable(connection, $"{target}: {e.Message}");
            case SshOperationTimeoutException or OperationCanceledException when !attempt.HasAnswered && !hop.IsBehindJump:
                return SshFailure.Unreachable(connection, $"{target}: Connection timed out");
            case SshOperationTimeoutException or OperationCanceledException:
                return SshFailure.TookTooLong(connection, LoginLimit.Of(connection), e);
            case SshAuthenticationException:
                string name = hop.IsLast ? connection.HostName : hop.Host.HostName;
                return SshFailure.NotLetIn(attempt.UsesPassword, name, hop.Host.UserName, Offers(attempt, e), usesAgent: false);
            case SshConnectionException when e.Message.Contains("Too many authentication failures", StringComparison.Ordinal):
                return SshFailure.TooManyKeys(connection);
            default:
                return SshFailure.Unreachable(connection, hop.IsBehindJump && !attempt.HasAnswered
                    ? "the jump host could not connect to it"
                    : Reason(e));
        }
    }

    private static string Offers(LoginAttempt attempt, Exception e) =>
        attempt.Methods.Select(method => method.AllowedAuthentications).LastOrDefault(offers => offers is not null) is { } offers
            ? string.Join(',', offers)
            : Listed().Match(e.Message) is { Success: true } listed ? listed.Groups[1].Value : "nothing";

    // "No suitable authentication method found to complete authentication (publickey,password)."
    [GeneratedRegex(@"\(([a-z,-]+)\)")]
    private static partial Regex Listed();
}
