package dev.wadi.api;

/**
 * A call of the contract.
 *
 * @param id its {@code operationId}, which is also the id of its route
 * @param scope what a token needs for it
 */
record Operation(String id, Scope scope) {}
