using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Ssh;
using Renci.SshNet;
using Renci.SshNet.Common;
using NetClient = Renci.SshNet.SshClient;

namespace EtcdAdmin.Hosts.SshNet;

/// <summary>One attempt to connect and log in to one hop.</summary>
internal sealed class LoginAttempt
{
    private readonly SshHop _hop;
    private readonly HostKeyCheck _check;

    /// <summary>Prepares an attempt.</summary>
    /// <param name="hop">The hop.</param>
    /// <param name="acceptNewHostKey">Whether an unknown key is accepted.</param>
    /// <param name="password">For the login; null for none.</param>
    /// <exception cref="EtcdException">NotSupported: SSH.NET cannot use any of the keys.</exception>
    public LoginAttempt(SshHop hop, bool acceptNewHostKey, string? password)
    {
        _hop = hop;
        _check = new HostKeyCheck(hop, acceptNewHostKey);
        UsesPassword = password is not null;
        Methods = [.. AuthenticationMethods(LoginKeys.Read(hop, UsesPassword), password)];
    }

    /// <summary>The login methods, in the order in which they are tried.</summary>
    public IReadOnlyList<AuthenticationMethod> Methods { get; }

    /// <summary>Whether a password is tried.</summary>
    public bool UsesPassword { get; }

    /// <summary>Whether an SSH server has answered.</summary>
    public bool HasAnswered { get; private set; }

    /// <summary>Why the host's key was refused; null if it was not.</summary>
    public EtcdException? HostKeyError { get; private set; }

    /// <summary>Connects.</summary>
    /// <param name="host">The address to connect to: the hop's, or that of a forwarded port.</param>
    /// <param name="port">Its port.</param>
    /// <param name="cancellationToken">Cancels the wait; a running attempt ends by itself.</param>
    /// <exception cref="EtcdException">See <see cref="SshNetFailure.ToConnect"/>.</exception>
    public async Task<NetClient> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        var info = new ConnectionInfo(host, port, _hop.Host.UserName, [.. Methods])
        {
            Timeout = _hop.Connection.ConnectingTimeout ?? HostConnection.DefaultConnectingTimeout,
            ChannelCloseTimeout = TimeSpan.FromSeconds(1),
            RetryAttempts = 1, // a host that refuses a session refuses it again
            MaxSessions = int.MaxValue, // the host's object limits sessions; SSH.NET's limit would block a thread
        };
        Algorithms.Choose(info, _check.KnownTypes);
        var client = new NetClient(info);
        client.ServerIdentificationReceived += (_, _) => HasAnswered = true;
        client.HostKeyReceived += CheckHostKey;
        Task connecting = Blocking.RunAsync(() => client.ConnectAsync(cancellationToken).GetAwaiter().GetResult());
        try
        {
            await connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
            info.Timeout = Timeout.InfiniteTimeSpan; // after the login, it would limit how long a script may leave its input unread
            return client;
        }
        catch (Exception e)
        {
            _ = connecting.ContinueWith(
                _ => SshNetConnection.CloseAsync([client]), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            cancellationToken.ThrowIfCancellationRequested();
            if (SshNetFailure.IsOfTransport(e) || e is OperationCanceledException) throw SshNetFailure.ToConnect(_hop, this, e);
            throw;
        }
    }

    // Runs on SSH.NET's receiving thread. After any failure here, the key is not trusted.
    private void CheckHostKey(object? sender, HostKeyEventArgs shown)
    {
        shown.CanTrust = false;
        try
        {
            HostKeyError = _check.Verify(shown.HostKey);
            shown.CanTrust = HostKeyError is null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            HostKeyError = SshFailure.Configuration(_hop.Connection, $"the known_hosts files cannot be read: {e.Message}");
        }
    }

    private IEnumerable<AuthenticationMethod> AuthenticationMethods(IReadOnlyList<IPrivateKeySource> keys, string? password)
    {
        string user = _hop.Host.UserName;
        if (keys.Count > 0) yield return new PrivateKeyAuthenticationMethod(user, [.. keys]);
        if (password is not null && !_hop.Settings.IsOff("passwordauthentication"))
        {
            var method = new PasswordAuthenticationMethod(user, password);
            method.PasswordExpired += static (_, _) => throw new SshAuthenticationException("The password has expired.");
            yield return method;
        }

        if (password is not null && !_hop.Settings.IsOff("kbdinteractiveauthentication")) yield return Interactive(user, password);
        if (keys.Count == 0 && password is null) yield return new NoneAuthenticationMethod(user);
    }

    // Answers the first question for a password, and no other question.
    private static KeyboardInteractiveAuthenticationMethod Interactive(string user, string password)
    {
        var method = new KeyboardInteractiveAuthenticationMethod(user);
        bool answered = false;
        method.AuthenticationPrompt += (_, questions) =>
        {
            foreach (AuthenticationPrompt question in questions.Prompts)
            {
                bool isPassword = !question.IsEchoed && question.Request.Contains("assword", StringComparison.Ordinal) && !answered;
                question.Response = isPassword ? password : "";
                answered |= isPassword;
            }
        };
        return method;
    }
}
