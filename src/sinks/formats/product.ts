/** How other systems know us. */
export const VENDOR = 'AISecOps';
export const PRODUCT = 'Interceptor';
export const APP_NAME = 'aisecops-interceptor';
