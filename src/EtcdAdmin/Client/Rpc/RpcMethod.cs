using System.Buffers;
using Google.Protobuf;
using Grpc.Core;

namespace EtcdAdmin.Client.Rpc;

/// <summary>How the call layer treats a call.</summary>
internal abstract record RpcMethod(string Path)
{
    /// <summary>A second run has the same result as one, so the call is repeated if it is unknown whether it was applied.</summary>
    public bool Repeatable { get; init; }

    /// <summary>The call waits by design, so only the caller's token limits it.</summary>
    public bool Waits { get; init; }

    /// <summary>The server must end the call when it loses its leader, instead of keeping a silent stream open.</summary>
    public bool RequiresLeader { get; init; }
}

/// <summary>A call and its messages.</summary>
internal sealed record RpcMethod<TRequest, TResponse> : RpcMethod
    where TRequest : class, IMessage
    where TResponse : class
{
    /// <param name="path">Service and name, as they are sent.</param>
    /// <param name="read">Reads an answer; its bytes are valid only meanwhile.</param>
    /// <param name="type">Which sides send more than one message.</param>
    public RpcMethod(string path, Func<ReadOnlySequence<byte>, TResponse> read, MethodType type = MethodType.Unary)
        : base(path)
    {
        string[] parts = path.Split('/'); // "", service, name
        Definition = new Method<TRequest, TResponse>(type, parts[1], parts[2],
            new Marshaller<TRequest>(Write, static _ => throw new NotSupportedException("A client reads no requests.")),
            new Marshaller<TResponse>(static (_, _) => throw new NotSupportedException("A client writes no answers."),
                context => read(context.PayloadAsReadOnlySequence())));
    }

    /// <summary>The call as Grpc.Net.Client takes it. dotnet-etcd's own definitions are private.</summary>
    public Method<TRequest, TResponse> Definition { get; }

    private static void Write(TRequest message, SerializationContext context)
    {
        context.SetPayloadLength(message.CalculateSize());
        message.WriteTo(context.GetBufferWriter());
        context.Complete();
    }
}
