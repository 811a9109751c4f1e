using EtcdAdmin.Client.Errors;
using Google.Protobuf;

namespace EtcdAdmin.Client.Rpc;

/// <summary>Parses the messages of an answer.</summary>
internal static class GrpcMessages
{
    /// <exception cref="EtcdRpcException">ProtocolError: the bytes are not such a message.</exception>
    public static TResponse Parse<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, ReadOnlyMemory<byte> message, Uri endpoint)
        where TRequest : IMessage
        where TResponse : IMessage<TResponse>
    {
        try
        {
            return method.Parser.ParseFrom(message.Span);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw RpcErrors.Protocol(endpoint, method.Path, $"a message cannot be read: {e.Message}", e);
        }
    }
}
