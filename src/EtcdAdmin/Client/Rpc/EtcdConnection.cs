using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Options;
using Etcdserverpb;

namespace EtcdAdmin.Client.Rpc;

/// <summary>The parts that all views of one client share: connections, token, clock.</summary>
/// <param name="options">The settings.</param>
/// <param name="connections">Tests may put another sender in the place of the connections.</param>
internal sealed class EtcdConnection(EtcdClientOptions options, HttpMessageHandler? connections = null) : IDisposable
{
    private readonly TokenSource _tokens = new();
    private Api2Transport? _api2;

    /// <summary>The connections to all endpoints.</summary>
    public GrpcTransport Transport { get; } = new(options, connections);

    /// <summary>The connections for API 2, made when they are first needed.</summary>
    public Api2Transport Api2 => LazyInitializer.EnsureInitialized(ref _api2, () => new Api2Transport(options, Transport.Book));

    /// <summary>The clock for deadlines and waits.</summary>
    public TimeProvider Clock => options.TimeProvider;

    /// <summary>The user's token; null if no user was given or the cluster does not authenticate.</summary>
    public async Task<string?> GetTokenAsync(Uri endpoint, Deadline deadline) => options.Credential is { } credential
        ? await _tokens.GetAsync(() => AuthenticateAsync(endpoint, credential, deadline), deadline.Token).ConfigureAwait(false)
        : null;

    /// <summary>Forgets the token if the server's error shows that a new token would help.</summary>
    public bool TryForgetToken(EtcdRpcException error, string? token)
    {
        if (options.Credential is null || !TokenSource.IsStale(error)) return false;
        ForgetToken(token);
        return true;
    }

    /// <summary>Makes the next call request a new token, unless another call has done so meanwhile.</summary>
    public void ForgetToken(string? token) => _tokens.Forget(token);

    public void Dispose()
    {
        Transport.Dispose();
        _api2?.Dispose();
        _tokens.Dispose();
    }

    private async Task<string?> AuthenticateAsync(Uri endpoint, EtcdCredential credential, Deadline deadline)
    {
        var request = new AuthenticateRequest { Name = credential.UserName, Password = credential.Password };
        try
        {
            AuthenticateResponse response = await Transport
                .UnaryAsync(EtcdMethods.Authenticate, request, endpoint, token: null, deadline).ConfigureAwait(false);
            return response.Token;
        }
        catch (EtcdRpcException e) when (e.Error == EtcdError.AuthNotEnabled)
        {
            return null;
        }
    }
}
